from __future__ import annotations

from typing import Literal

import pytest

from game.core.events import LoadSampled
from game.core.exercise import WrongTurn
from game.rehearsal.bite import Bite
from game.rehearsal.look import telling
from game.rehearsal.steps import breaks_off, starts_anew, touches_lb

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
    assert starts_anew(turn("restart:haproxy", "restart:auth1"))
    assert not starts_anew(turn("toxic:clear"))
    assert not starts_anew(turn("stop:auth1"))
    assert not starts_anew(turn("restart:auth1", expect="looks_fixed_but_is_not"))


def second(at_s: int, bad: int) -> LoadSampled:
    return LoadSampled(
        from_ms=at_s * 1000, to_ms=at_s * 1000 + 1000, offered=40, bad=bad, p95_ms=90,
        limbo=0, users=50, cohorts=(), reasons=(),
    )  # fmt: skip


@pytest.mark.parametrize("do", ["patch:fix.patch", "revert:newest", "lb:clear table st_login"])
def test_new_settings_of_the_load_balancer_hurt_nobody_by_themselves(do: str) -> None:
    assert not breaks_off(turn(do))
    assert breaks_off(turn(do, "restart:auth1"))


@pytest.mark.parametrize("do", ["restart:haproxy", "stop:auth1", "flush:redis", "toxic:clear", "drain:auth1"])
def test_what_is_started_anew_or_taken_away_may_hurt_users_by_itself(do: str) -> None:
    assert breaks_off(turn(do))


@pytest.mark.parametrize(
    ("bads", "enough"),
    [((16,), True), ((0,), True), ((8,), False), ((), False), ((8, 8), True)],
)
def test_a_second_that_leaves_no_doubt_is_enough_and_two_always_are(
    bads: tuple[int, ...], enough: bool
) -> None:
    recent = tuple(second(10 + number, bad) for number, bad in enumerate(bads))
    assert bool(telling(recent, 10_000, BEFORE, 10_000)) is enough
    assert telling(recent, 10_000, BEFORE, 10_000) == (list(recent) if enough else ())


def test_seconds_that_began_too_early_tell_nothing() -> None:
    assert not telling((second(8, 16), second(9, 16)), 10_000, BEFORE, 10_000)


@pytest.mark.parametrize(
    ("bads", "tells"),
    [((16,), True), ((16, 16), True), ((0, 16), True), ((16, 8), False), ((0,), False), ((0, 0), False)],
)
def test_before_all_has_settled_only_a_second_that_is_clearly_bad_tells(
    bads: tuple[int, ...], tells: bool
) -> None:
    recent = tuple(second(10 + number, bad) for number, bad in enumerate(bads))
    assert list(telling(recent, 18_000, BEFORE, 10_000)) == ([recent[-1]] if tells else [])


def test_what_was_before_a_repair_could_be_felt_tells_nothing() -> None:
    recent = (second(10, 16), second(11, 16))
    assert telling(recent, 18_000, BEFORE, 12_000) == ()
    assert telling(recent, 18_000, BEFORE, 18_000) == ()


def test_without_a_bite_to_compare_with_two_seconds_are_waited_for() -> None:
    assert telling((second(10, 16),), 10_000, None, 10_000) == ()
    assert len(telling((second(10, 16), second(11, 0)), 10_000, None, 10_000)) == 2
