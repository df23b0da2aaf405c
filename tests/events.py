"""Events written down in a few words, for tests."""

from __future__ import annotations

from game.core.contest.facts import EventOpened, Inject, RoundPlan
from game.core.contest.plan import EventPlan

INJECT = Inject(after_s=2, sender="duty manager", text="the press is asking")


def event_plan(
    *teams: str,
    name: str = "ball",
    exercise: str = "macarena",
    rounds: int = 1,
    injects: tuple[Inject, ...] = (),
) -> EventPlan:
    plans = tuple(RoundPlan(exercise=exercise, seed=3, injects=injects) for _ in range(rounds))
    opened = EventOpened(name=name, title="A small ball", rules=1, rounds=plans)
    return EventPlan(opened=opened, teams=teams)
