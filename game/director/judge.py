"""The end of a run: compare the end state with the ideal one, and unseal the answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from game.core.events import AnswerRevealed, RollbackJudged
from game.core.exercise import LbChange
from game.core.haproxy.configuration import parse
from game.core.haproxy.surgical import surgical
from game.core.verdict import judge_rollback
from game.errors import DanceoffError
from game.lab.lb.patching import ideal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from game.core.exercise import Exercise
    from game.core.run import RunState
    from game.director.stage import Stage

CONFIGURATION = "haproxy.cfg"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How users are at the end: `recovered` is None if that is not known; `shut_out` names who is not served otherwise."""

    recovered: bool | None
    shut_out: tuple[str, ...] = ()


def well(exercise: Exercise, state: RunState) -> bool | None:
    """Whether users are well now; None if a fault hurt nobody, so that nobody knows when it is over.

    A false alarm hurts nobody: as long as no other trouble is seen, users are well.
    """
    if state.impact is not None:
        return state.recovery is not None
    return True if exercise.false_alarm else None


def judge(
    exercise: Exercise, stage: Stage, drift: Callable[[], tuple[str, ...]], outcome: Outcome
) -> RollbackJudged:
    """Judge the end state. What cannot be found out is `cannot tell`, which nobody pays for."""
    return judge_rollback(
        differences=_differences(exercise, stage),
        drift=_or_none(drift),
        recovered=outcome.recovered,
        shut_out=outcome.shut_out,
    )


def ideal_files(exercise: Exercise, stage: Stage) -> Mapping[str, str]:
    """The files as they would stand without the fault: history and later changes, nothing else."""
    later = tuple(stage.repository.filled(change) for change in exercise.later)
    return ideal(stage.repository.files_at(stage.sober), later)


def reveal(exercise: Exercise, stage: Stage, revisions: tuple[str, ...]) -> AnswerRevealed:
    """The sealed part, with the fault's commits as they came to be in this run; `revisions` in the faults' order."""
    answer, par = exercise.answer, exercise.briefing.par
    made = dict(stage.revisions)
    for fault, revision in zip(exercise.faults, revisions, strict=False):
        if isinstance(fault, LbChange):
            made[fault.change.id] = revision
    guilty = made.get(answer.change, "")
    return AnswerRevealed(
        component=answer.component,
        mechanism=answer.mechanism,
        also=answer.also,
        change=guilty,
        fault_revisions=tuple(revision for revision in revisions if revision),
        share=answer.scope_share,
        share_tolerance=answer.scope_tolerance,
        cohort=answer.scope_cohort,
        guards=answer.guards,
        layer=answer.component,
        acknowledge_s=par.acknowledge_s,
        diagnose_s=par.diagnose_s,
        recover_s=par.recover_s,
        review_required=exercise.change_control == "reviewed",
        diff=stage.repository.diff(guilty) if guilty else "",
        signal=answer.signal,
        text=answer.debrief,
    )


def _differences(exercise: Exercise, stage: Stage) -> tuple[str, ...] | None:
    """What is not excused between what is in service and the ideal; None when it cannot be compared."""
    try:
        wanted = ideal_files(exercise, stage)
        final = stage.apply_path.approved_files
        meant = surgical(parse(final[CONFIGURATION]), parse(wanted[CONFIGURATION]), exercise.answer.accept)
    except DanceoffError:
        return None
    beside = sorted(
        name for name in {*final, *wanted} - {CONFIGURATION} if final.get(name) != wanted.get(name)
    )
    return (*(difference.in_words for difference in meant), *(f"{name} differs" for name in beside))


def _or_none(find: Callable[[], tuple[str, ...]]) -> tuple[str, ...] | None:
    try:
        return find()
    except DanceoffError:
        return None
