from __future__ import annotations

from typing import Literal

import pytest

from game.core.events import LoadSampled
from game.core.exercise import WrongTurn
from game.rehearsal.bite import Bite
from game.rehearsal.steps import starts_anew, touches_lb
from game.rehearsal.turns import seen

BEFORE = Bite(bad_share=0.4, request_share=0.4, cohorts=(), scope="all", onset_s=0.4, onset_uncertainty_s=0.1)


def turn(*do: str, expect: Literal["still_bad", "looks_fixed_but_is_not"] = "still_bad") -> WrongTurn:
    return WrongTurn(name="try", do=do, expect=expect)


@pytest.mark.parametrize(
    "do", ["restart:postgres", "flush:redis", "stop:auth2", "start:auth2", "toxic:clear"]
)
def test_what_stands_beside_the_load_balancer_leaves_it_alone(do: str) -> None:
    assert not touches_lb(turn(do))


@pytest.mark.parametrize(
    "do",
    ["restart:haproxy", "stop:haproxy", "drain:auth1", "revert:oldest", "lb:show info", "patch:fix.patch"],
)
def test_what_is_done_to_the_load_balancer_touches_it(do: str) -> None:
    assert touches_lb(turn(do))
    assert touches_lb(turn("flush:redis", do))


def test_only_restarts_that_are_to_change_nothing_are_alike() -> None:
    assert starts_anew(turn("restart:auth1", "restart:auth2"))
    assert starts_anew(turn("flush:redis"))
    assert not starts_anew(turn("restart:haproxy"))
    assert not starts_anew(turn("toxic:clear"))
    assert not starts_anew(turn("stop:auth1"))
    assert not starts_anew(turn("restart:auth1", expect="looks_fixed_but_is_not"))


def second(at_s: int, bad: int) -> LoadSampled:
    return LoadSampled(
        from_ms=at_s * 1000, to_ms=at_s * 1000 + 1000, offered=40, bad=bad, p95_ms=90,
        limbo=0, users=50, cohorts=(), reasons=(),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("bads", "enough"),
    [((16,), True), ((0,), True), ((8,), False), ((), False), ((8, 8), True)],
)
def test_a_second_that_leaves_no_doubt_is_enough_and_two_always_are(
    bads: tuple[int, ...], enough: bool
) -> None:
    recent = tuple(second(10 + number, bad) for number, bad in enumerate(bads))
    assert seen(recent, 10_000, BEFORE) is enough


def test_seconds_that_began_too_early_tell_nothing_and_without_a_before_two_are_needed() -> None:
    assert not seen((second(8, 16), second(9, 16)), 10_000, BEFORE)
    assert not seen((second(10, 16),), 10_000, None)
