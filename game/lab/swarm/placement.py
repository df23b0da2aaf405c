"""On which node of a cluster a team's stack goes: where the most room is left. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from game.errors import Refused

# What is left to the node itself, its engine, and the game where it is.
SPARE_CORES, SPARE_MB = 0.4, 512


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A machine of the cluster as its engine tells it. `ready`: it answers, and takes tasks."""

    name: str
    address: str
    cores: float
    memory_mb: int
    ready: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """What one stack with its load takes under its planned load."""

    cores: float
    memory_mb: int


def carries(node: Node, weight: Weight) -> int:
    """How many stacks a node carries at once."""
    if not node.ready:
        return 0
    by_cores = int((node.cores - SPARE_CORES) / weight.cores + 1e-9)
    by_memory = int((node.memory_mb - SPARE_MB) / weight.memory_mb)
    return max(0, min(by_cores, by_memory))


def choose(nodes: tuple[Node, ...], placed: tuple[str, ...], weight: Weight) -> Node:
    """Return the node with the most room left; `placed` names a node for every stack that is there already.

    Nodes that are full are used as well, evenly: who starts more than a cluster carries was told so before. Refused when no
    node answers.
    """
    ready = sorted((node for node in nodes if carries(node, weight)), key=lambda node: node.name)
    if not ready:
        seen = ", ".join(f"{node.name} ({'ready' if node.ready else 'away'})" for node in nodes)
        raise Refused(
            f"no node of the cluster carries a stack: {seen or 'there is none'}", hint="docker node ls"
        )
    return max(ready, key=lambda node: carries(node, weight) - placed.count(node.name))
