"""Which node a team's stack goes to."""

from __future__ import annotations

import pytest

from game.errors import Refused
from game.lab.swarm.placement import Node, Weight, carries, choose

WEIGHT = Weight(cores=0.5, memory_mb=400)


def node(name: str, *, cores: float = 4.0, memory_mb: int = 8192, ready: bool = True) -> Node:
    return Node(name=name, address=f"192.0.2.{len(name)}", cores=cores, memory_mb=memory_mb, ready=ready)


def test_what_a_node_carries_is_bounded_by_cores_and_by_memory() -> None:
    assert carries(node("a"), WEIGHT) == 7
    assert carries(node("a", memory_mb=512 + 800), WEIGHT) == 2
    assert carries(node("a", cores=0.3), WEIGHT) == 0
    assert carries(node("a", ready=False), WEIGHT) == 0


def test_stacks_are_spread_evenly_over_equal_nodes() -> None:
    nodes = (node("a"), node("b"))
    placed: tuple[str, ...] = ()
    for _ in range(4):
        placed = (*placed, choose(nodes, placed, WEIGHT).name)
    assert sorted(placed) == ["a", "a", "b", "b"]


def test_a_larger_node_takes_more() -> None:
    nodes = (node("large", cores=8.4), node("small", cores=2.4))
    placed: tuple[str, ...] = ()
    for _ in range(12):
        placed = (*placed, choose(nodes, placed, WEIGHT).name)
    assert placed.count("small") == 0
    placed = (*placed, *(choose(nodes, placed + ("large",) * 3, WEIGHT).name for _ in range(1)))
    assert placed[-1] == "small"


def test_a_node_that_is_away_gets_nothing() -> None:
    assert choose((node("a", ready=False), node("b")), ("b",) * 20, WEIGHT).name == "b"
    with pytest.raises(Refused, match="a \\(away\\)"):
        choose((node("a", ready=False),), (), WEIGHT)
