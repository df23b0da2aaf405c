"""A run's milestones against par and against the original outage, all since users were first hurt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from game.core.case import case_of
from game.core.durations import SECOND_MS
from game.core.ghost import ORIGINAL, Mark, Moment, Runner
from game.core.phase import validated

if TYPE_CHECKING:
    from game.core.case import Field
    from game.core.run import RunState

NAMED: tuple[Field, ...] = ("component", "mechanism", "change")


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    """Times in ms since the debrief's origin; None where the runner never got there or no time is set."""

    moment: Moment
    at_ms: int | None
    uncertainty_ms: int
    par_ms: int | None
    original_ms: int | None
    best_ms: int | None = None


def milestones(state: RunState, *, origin_ms: int, best: Runner | None = None) -> tuple[Milestone, ...]:
    """`best`: an earlier run of one's own to compare with."""
    run, par = this_run(state, origin_ms=origin_ms), par_of(state, origin_ms=origin_ms)
    return tuple(_milestone(moment, run, par, best) for moment in Moment)


def this_run(state: RunState, *, origin_ms: int) -> Runner:
    reached = (
        (Moment.PAGE, state.paged_at_ms, 0),
        (Moment.ACKNOWLEDGED, state.acknowledged_at_ms, 0),
        (Moment.DIAGNOSIS, diagnosed_at_ms(state), 0),
        (Moment.RECOVERY, state.recovered_ms, state.recovery_uncertainty_ms or 0),
        (Moment.CLOSED, state.resolved_at_ms if validated(state) else None, 0),
    )
    return Runner(
        name="this run",
        marks=tuple(
            Mark(moment=moment, at_ms=at_ms - origin_ms, uncertainty_ms=uncertainty_ms)
            for moment, at_ms, uncertainty_ms in reached
            if at_ms is not None
        ),
    )


def par_of(state: RunState, *, origin_ms: int) -> Runner:
    """Par counts from the page; it is sealed until the answer is shown."""
    if state.revealed is None or state.paged_at_ms is None:
        return Runner(name="par", marks=())
    answer = state.revealed.event
    limits = (
        (Moment.ACKNOWLEDGED, answer.acknowledge_s),
        (Moment.DIAGNOSIS, answer.diagnose_s),
        (Moment.RECOVERY, answer.recover_s),
    )
    return Runner(
        name="par",
        marks=tuple(
            Mark(moment=moment, at_ms=state.paged_at_ms + seconds * SECOND_MS - origin_ms)
            for moment, seconds in limits
        ),
    )


def diagnosed_at_ms(state: RunState) -> int | None:
    """From when on component, mechanism and change were all named rightly, as the score counts it.

    As long as the answer is sealed: when the first diagnosis was submitted.
    """
    if state.revealed is None:
        return state.counted_diagnoses[0].at_ms if state.counted_diagnoses else None
    case = case_of(state, state.revealed.event)
    since = [case.right_since(field) for field in NAMED]
    moments = [graded.at_ms for graded in since if graded is not None]
    return max(moments) if len(moments) == len(NAMED) else None


def _milestone(moment: Moment, run: Runner, par: Runner, best: Runner | None) -> Milestone:
    mine, limit, ghost = run.mark(moment), par.mark(moment), ORIGINAL.mark(moment)
    before = best.mark(moment) if best else None
    return Milestone(
        moment=moment,
        at_ms=mine.at_ms if mine else None,
        uncertainty_ms=mine.uncertainty_ms if mine else 0,
        par_ms=limit.at_ms if limit else None,
        original_ms=ghost.at_ms if ghost else None,
        best_ms=before.at_ms if before else None,
    )
