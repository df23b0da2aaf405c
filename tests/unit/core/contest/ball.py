"""A small event written down for tests: two teams, one round that has started."""

from __future__ import annotations

from typing import TYPE_CHECKING

from game.core.contest import facts as fact
from game.core.contest.floor import Floor, fold

if TYPE_CHECKING:
    from collections.abc import Iterable

START_MS = 1_700_000_000_000
PLAN = fact.RoundPlan(exercise="waltz", seed=1)
OPENED = fact.EventOpened(name="ball", title="A small ball", rules=1, rounds=(PLAN, PLAN))
OPENING: tuple[fact.ContestFact, ...] = (
    OPENED,
    fact.TeamEnrolled(team="t1", name="Ada"),
    fact.TeamEnrolled(team="t2", name="Bob"),
    fact.RoundPrepared(round=1, plan=PLAN),
    fact.RunAssigned(round=1, team="t1", run="r1"),
    fact.RunAssigned(round=1, team="t2", run="r2"),
    fact.RoundStarted(round=1, teams=("t1", "t2")),
)


def noted(events: Iterable[fact.ContestFact], every_ms: int = 1_000) -> tuple[fact.Noted, ...]:
    return tuple(
        fact.Noted(
            seq=number, at_ms=(number - 1) * every_ms, wall_ms=START_MS + (number - 1) * every_ms, event=event
        )
        for number, event in enumerate(events, start=1)
    )


def floor(*more: fact.ContestFact) -> Floor:
    return fold(noted((*OPENING, *more)))
