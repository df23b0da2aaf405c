"""A run written down in a few words, for tests of the rules: who did what when, and its journal."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from game.core import events as fact
from game.core.verdict import judge_rollback

if TYPE_CHECKING:
    from game.core.score import Score

FAULT_MS, ONSET_MS, PAGE_MS = 20_000, 20_400, 30_000
MINUTES = 40
END_MS = FAULT_MS + MINUTES * 60_000
# Of an elapsed time since the page: the run ends so long after it.
LIMIT = END_MS - PAGE_MS
GUILTY = "a" * 40

ANSWER = fact.AnswerRevealed(
    component="haproxy",
    mechanism="canary-misrouted",
    change=GUILTY,
    fault_revisions=(GUILTY,),
    share=0.3,
    share_tolerance=0.05,
    cohort="all",
    guards=("canary-step", "peer-review"),
    layer="haproxy",
    acknowledge_s=60,
    diagnose_s=300,
    recover_s=420,
    review_required=False,
    diff="",
    signal="",
    text="",
)

OPENED = fact.RunOpened(
    exercise="waltz",
    exercise_digest="",
    seed=1,
    stack="auth",
    minutes=MINUTES,
    rules=2,
    team="solo",
    users=50,
)


def points(result: Score) -> dict[str, int]:
    """Points by line."""
    return {line.reason: line.points for line in result.lines}


def diagnosis(number: int, **fields: str | float) -> fact.DiagnosisSubmitted:
    """The right one, but for what is named."""
    right = fact.DiagnosisSubmitted(
        id=str(number),
        component="haproxy",
        mechanism="canary-misrouted",
        change=GUILTY,
        share=0.31,
        cohort="all",
    )
    return replace(right, **fields)  # type: ignore[arg-type]  # names and types are the test's own


def wrong(number: int) -> fact.DiagnosisSubmitted:
    return diagnosis(number, component="postgres", mechanism="slow-query", change="b" * 40, cohort="web")


def applied(revision: str = "c" * 40) -> fact.ConfigurationApplied:
    return fact.ConfigurationApplied(
        revision=revision, digest="", worker_pid=7, reload_ms=90, actor="solo", message="", meaning=()
    )


def resolved(
    change: str = GUILTY, guard: str = "canary-step", unnoticed: str = "checks saw nothing"
) -> fact.Resolved:
    return fact.Resolved(by="solo", change=change, unnoticed=unnoticed, guard=guard)


def recovered(at_ms: int) -> fact.RecoveryDetected:
    return fact.RecoveryDetected(recovered_ms=at_ms, uncertainty_ms=50)


def sample(from_ms: int, bad: int, limbo: int = 0) -> fact.LoadSampled:
    return fact.LoadSampled(
        from_ms=from_ms,
        to_ms=from_ms + 1000,
        offered=max(60, bad),
        bad=bad,
        p95_ms=90,
        limbo=limbo,
        users=50,
        cohorts=(),
    )


def restarted(service: str = "postgres", layer: str = "postgres") -> fact.ServiceActionTaken:
    return fact.ServiceActionTaken(actor="solo", service=service, layer=layer, action="restart")


def commanded(command: str) -> fact.RuntimeActionTaken:
    return fact.RuntimeActionTaken(actor="solo", command=command, answer="")


def journal(*facts: tuple[int, fact.Event]) -> tuple[fact.Recorded, ...]:
    """Numbered in the order of their moments; of equal moments, in the order given."""
    ordered = sorted(facts, key=lambda one: one[0])
    return tuple(
        fact.Recorded(seq=number, at_ms=at_ms, wall_ms=1_700_000_000_000 + at_ms, event=event)
        for number, (at_ms, event) in enumerate(ordered, start=1)
    )


OPENING: tuple[tuple[int, fact.Event], ...] = (
    (0, OPENED),
    (2_000, fact.LoadStarted(users=50, requests_per_second=60)),
    (15_000, fact.SteadyStateProved(window_ms=5_000, offered=300, bad=0, p95_ms=90)),
    (19_900, fact.FaultArmed(fault=1, revert="revert the revision that follows")),
    (FAULT_MS, fact.FaultInjected(fault=1, revision=GUILTY)),
)
PAGED: tuple[tuple[int, fact.Event], ...] = (
    *OPENING,
    (21_000, fact.ImpactDetected(onset_ms=ONSET_MS, uncertainty_ms=60)),
    (24_000, fact.LaterChangeMade(revision="d" * 40)),
    (PAGE_MS, fact.Paged(alert="AUTH-SLO", text="logins are failing")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Play:
    """A run in which some things happen; moments in ms after the page, None for never."""

    acknowledged: int | None = 30_000
    diagnosed: int | None = 200_000
    recovery: int | None = 300_000
    resolution: int | None = 400_000
    how: str = "resolved"
    differences: tuple[str, ...] | None = ()
    drift: tuple[str, ...] | None = ()
    answer: fact.AnswerRevealed = ANSWER
    more: tuple[tuple[int, fact.Event], ...] = ()

    def recorded(self) -> tuple[fact.Recorded, ...]:
        facts: list[tuple[int, fact.Event]] = [*PAGED]
        if self.acknowledged is not None:
            facts.append((PAGE_MS + self.acknowledged, fact.Acknowledged(by="solo")))
        if self.diagnosed is not None:
            facts.append((PAGE_MS + self.diagnosed, diagnosis(1)))
        if self.recovery is not None:
            at_ms = PAGE_MS + self.recovery
            facts += [(at_ms + 300, applied()), (at_ms + 3_500, recovered(at_ms))]
        if self.resolution is not None:
            facts.append((PAGE_MS + self.resolution, resolved()))
        facts += [(PAGE_MS + after_ms, event) for after_ms, event in self.more]
        well = self.recovery is not None
        facts += [
            (END_MS - 2, judge_rollback(differences=self.differences, drift=self.drift, recovered=well)),
            (END_MS - 1, fact.Closed(how=self.how, reason="")),  # type: ignore[arg-type]  # one of its words
            (END_MS, self.answer),
        ]
        return journal(*facts)
