"""A small exercise, and runs of it at any point of their story."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from game.core import events as fact
from game.core.exercise import (
    AlertRule,
    Answer,
    Briefing,
    Change,
    Exercise,
    Expectation,
    Hint,
    LbChange,
    Message,
    Par,
    SteadyState,
)
from game.core.stack import Cohort, Objective, Stack
from game.core.timeline import RunState, advance
from game.director.progress import Progress, progressed
from game.director.situation import Situation

GUILTY = "c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00"
STACK = Stack(
    name="auth", services=(), cohorts=(Cohort(name="web", users=7), Cohort(name="mobile", users=3)),
    objective=Objective(success=0.995, p95_ms=1500), requests_per_second=20,
)  # fmt: skip


def change(name: str) -> Change:
    return Change(id=name, author="netops", message=name, patch="")


def exercise() -> Exercise:
    return Exercise(
        briefing=Briefing(
            code="test", title="A test", level=1, minutes=10, brief="", stack="auth", hint_costs=(10, 20),
            par=Par(acknowledge_s=60, diagnose_s=300, recover_s=420), cohorts=("web", "mobile"),
        ),
        answer=Answer(
            component="haproxy", mechanism="canary-misrouted", change="guilty", scope_share=0.3, scope_tolerance=0.07,
            scope_cohort="all", guards=("peer-review",), revert=(), keep=(),
        ),
        concepts=(), inspired_by="", history=(), later=(change("later"), change("latest")),
        faults=(LbChange(change=change("guilty")),), steady_state=SteadyState(window_s=3, success=0.99, p95_ms=500),
        expect=Expectation(bad_share=(0.28, 0.32)), red_herrings=(),
        alerts=(AlertRule(name="login", window_s=4, bad_share=0.05, for_s=2, text="users fail"),),
        messages=(Message(after_page_s=5, sender="boss", text="and?"), Message(after_page_s=9, sender="boss", text="hm")),
        hints=(Hint(cost=10, text="look at what changed"), Hint(cost=20, text="look at the canary")),
        wrong_turns=(), tour=(), change_control="open", seed=1, digest="d",
    )  # fmt: skip


OPENED = fact.RunOpened(
    exercise="test", exercise_digest="d", seed=1, stack="auth", minutes=10, rules=1, team="solo", users=10
)
STARTED = fact.LoadStarted(users=10, requests_per_second=20)
STEADY = fact.SteadyStateProved(window_ms=3000, offered=60, bad=0, p95_ms=90)
ARMED = fact.FaultArmed(fault=0, revert="revert the revision that follows")
INJECTED = fact.FaultInjected(fault=0, revision=GUILTY)
IMPACT = fact.ImpactDetected(onset_ms=10_500, uncertainty_ms=100)
PAGED = fact.Paged(alert="login", text="users fail")
ACKNOWLEDGED = fact.Acknowledged(by="trainee")
RECOVERED = fact.RecoveryDetected(recovered_ms=60_000, uncertainty_ms=100)
RESOLVED = fact.Resolved(by="trainee", change=GUILTY, unnoticed="nobody looked", guard="peer-review")
CLOSED = fact.Closed(how="resolved", reason="declared resolved after recovery")

STORY: dict[str, tuple[tuple[int, fact.Event], ...]] = {
    "nothing": (),
    "opened": ((0, OPENED),),
    "loaded": ((1_000, STARTED),),
    "steady": ((9_000, STEADY),),
    "armed": ((9_100, ARMED),),
    "faulted": ((10_000, INJECTED), (11_000, IMPACT)),
    "paged": ((20_000, PAGED),),
    "acknowledged": ((22_000, ACKNOWLEDGED),),
    "recovered": ((63_000, RECOVERED),),
    "resolved": ((65_000, RESOLVED),),
    "closed": ((65_100, CLOSED),),
}
"""What happens on the way to each point, after what happened before it."""


def story(until: str) -> tuple[tuple[int, fact.Event], ...]:
    points = list(STORY)
    return tuple(one for point in points[: points.index(until) + 1] for one in STORY[point])


def situation(
    until: str, *more: fact.Event, at_ms: int | None = None, of: Exercise | None = None
) -> Situation:
    """A run at a point of its story, and whatever else happened since."""
    told = list(story(until))
    last_ms = told[-1][0] if told else 0
    told += [(last_ms, event) for event in more]
    state, progress = RunState(), Progress()
    for seq, (when_ms, event) in enumerate(told, start=1):
        state = advance(state, fact.Recorded(seq=seq, at_ms=when_ms, wall_ms=0, event=event))
        progress = progressed(progress, event, when_ms)
    now_ms = last_ms if at_ms is None else at_ms
    return Situation(exercise=of or exercise(), state=state, progress=progress, at_ms=now_ms)


def sampled(
    from_ms: int, *, bad: int = 0, offered: int = 20, p95_ms: int = 90, limbo: int = 0
) -> fact.LoadSampled:
    return fact.LoadSampled(
        from_ms=from_ms, to_ms=from_ms + 1000, offered=offered, bad=bad, p95_ms=p95_ms, limbo=limbo, users=10, cohorts=()
    )  # fmt: skip


def without(exercise: Exercise, *, later: bool = False, messages: bool = False) -> Exercise:
    return replace(
        exercise,
        later=exercise.later if later else (),
        messages=exercise.messages if messages else (),
    )


@dataclass
class MemoryWriter:
    """The journal's side of a run, in memory: numbers facts, and fails when told to."""

    facts: list[fact.Recorded] = field(default_factory=list)
    failure: Exception | None = None

    def append(self, events: tuple[tuple[int, int, fact.Event], ...]) -> tuple[fact.Recorded, ...]:
        if self.failure is not None:
            raise self.failure
        recorded = tuple(
            fact.Recorded(seq=seq, at_ms=at_ms, wall_ms=wall_ms, event=event)
            for seq, (at_ms, wall_ms, event) in enumerate(events, start=len(self.facts) + 1)
        )
        self.facts.extend(recorded)
        return recorded

    def of(self, kind: type) -> list[fact.Event]:
        return [one.event for one in self.facts if isinstance(one.event, kind)]
