"""What comes next in a duel: one change at a time, in service when it was let through, back again when it hurts."""

from __future__ import annotations

from dataclasses import replace

from game.core import events as fact
from game.core.duel.bouts import back_words
from game.core.duel.facts import DuelWithdrawn
from game.core.duel.plan import dealt as deal_of
from game.core.exercise import NoFault
from game.director.due import due
from game.director.duelling import HURTS_MS, PAUSE_MS
from game.director.effects import Deal, Finish, PutThrough, TakeBack
from game.director.situation import Decision
from tests.unit.core.duel.evening import (
    APPROVE,
    PATIENCE_MS,
    STOP,
    dealt,
    plan,
    proposed,
    put_through,
    reviewed,
)
from tests.unit.core.runs import applied
from tests.unit.director.scene import ARMED, exercise, situation

PLAN = plan(good=2, bad=2, deal=4)
DUEL = replace(exercise(), faults=(NoFault(),), duel=PLAN, later=(), messages=())
BEGUN: tuple[fact.Event, ...] = (ARMED, fact.FaultInjected(fault=0, revision=""))
DEALT: tuple[fact.Event, ...] = (proposed(1), dealt(1, 4))
LATER = 300_000


def now(*events: fact.Event, at_ms: int = LATER) -> Decision:
    return due(situation("steady", *BEGUN, *events, at_ms=at_ms, of=DUEL))


def test_the_first_change_is_dealt_after_a_pause() -> None:
    begun_ms = situation("steady", *BEGUN, of=DUEL).progress.injected_at_ms
    assert now(at_ms=begun_ms + PAUSE_MS - 1) == Decision()
    assert now(at_ms=begun_ms + PAUSE_MS).effects == (Deal(number=1),)


def test_nothing_else_comes_while_one_waits_until_its_author_gives_up() -> None:
    waiting = situation("steady", *BEGUN, *DEALT, of=DUEL)
    dealt_ms = waiting.state.dealt[0].at_ms
    assert now(*DEALT, at_ms=dealt_ms + PATIENCE_MS - 1) == Decision()
    assert now(*DEALT, at_ms=dealt_ms + PATIENCE_MS).events == (DuelWithdrawn(number=1),)


def test_what_was_stopped_or_left_is_followed_by_the_next() -> None:
    assert now(*DEALT, reviewed(1, STOP)).effects == (Deal(number=2),)
    assert now(*DEALT, DuelWithdrawn(number=1)).effects == (Deal(number=2),)


def test_what_was_let_through_goes_in_once_before_anything_else() -> None:
    approved = (*DEALT, reviewed(1, APPROVE))
    assert now(*approved).effects == (PutThrough(number=1),)
    launched = replace(
        situation("steady", *BEGUN, *approved, at_ms=LATER, of=DUEL),
        launched=frozenset({PutThrough(number=1)}),
    )
    assert due(launched) == Decision()


def seed_of(*, good: bool) -> int:
    """A seed whose first change is of that kind."""
    return next(seed for seed in range(50) if deal_of(PLAN, seed)[0].good is good)


def test_a_good_one_that_was_let_through_stays() -> None:
    through = (*DEALT, reviewed(1, APPROVE), put_through(1))
    seeded = replace(DUEL, seed=seed_of(good=True))
    after = situation("steady", *BEGUN, *through, at_ms=LATER, of=seeded)
    assert due(after).effects == (Deal(number=2),)


def test_a_bad_one_that_was_let_through_hurts_for_a_while_and_goes_back() -> None:
    through = (*DEALT, reviewed(1, APPROVE), put_through(1))
    seeded = replace(DUEL, seed=seed_of(good=False))
    after = situation("steady", *BEGUN, *through, of=seeded)
    in_service_ms = after.state.applied[0].at_ms
    assert due(replace(after, at_ms=in_service_ms + HURTS_MS - 1)) == Decision()
    assert due(replace(after, at_ms=in_service_ms + HURTS_MS)).effects == (TakeBack(number=1),)
    back = replace(applied(), message=back_words("c1"))
    assert due(situation("steady", *BEGUN, *through, back, at_ms=LATER, of=seeded)).effects == (
        Deal(number=2),
    )


def test_a_duel_ends_when_all_are_decided_and_pages_nobody_by_itself() -> None:
    said: list[fact.Event] = []
    for number in range(1, 5):
        said += [proposed(number), dealt(number, 4), reviewed(number, STOP)]
    assert now(*said).effects == (Finish(how="resolved", reason="every proposed change was decided"),)
    assert now(*said[:-1]).events == (DuelWithdrawn(number=4),)
