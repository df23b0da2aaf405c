"""What a rehearsal says and how it is graded: the right diagnosis and record, and scores of runs that are not over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from game.core.events import Closed, Recorded, RollbackJudged
from game.core.score import score
from game.director.judge import reveal
from game.director.requests import Diagnose, Resolve
from game.rehearsal.house import BY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from game.core.events import AnswerRevealed, Event
    from game.core.score import Score
    from game.director.performance import Performance


def right_diagnosis(performance: Performance) -> Diagnose:
    answer = performance.exercise.answer
    return Diagnose(
        by=BY,
        id="reference",
        component=answer.component,
        mechanism=answer.mechanism,
        change=revealed(performance).change,
        share=answer.scope_share,
        cohort=answer.scope_cohort,
    )


def record(performance: Performance) -> Resolve:
    answer = performance.exercise.answer
    return Resolve(
        by=BY,
        change=revealed(performance).change,
        unnoticed="the change passed every check that was made",
        guard=answer.guards[0],
    )


def revealed(performance: Performance) -> AnswerRevealed:
    """The answer as it will be unsealed."""
    revisions = performance.conductor.glimpse().progress.revisions
    return reveal(performance.exercise, performance.stage, revisions)


def rightly_done(performance: Performance) -> bool:
    """Whether the end state would be judged right if the run ended now with users who have recovered.

    Whether strangers are served is only asked of what is right otherwise: it takes a second or more.
    """
    return is_right(performance.judged(recovered=True, counts=False)) and is_right(
        performance.judged(recovered=True)
    )


def is_right(judged: RollbackJudged) -> bool:
    """Whether a rollback is judged to be surgical and without drift."""
    return judged.surgical == "right" and judged.drift == "right"


def score_of_doing_nothing(performance: Performance) -> int:
    """The score if nobody touched anything until the time is over: a function of the journal so far."""
    judged = RollbackJudged(surgical="wrong", drift="right", reasons=())
    closed = Closed(how="timed-out", reason="nobody did anything")
    return score_of_ending(performance, performance.conductor.events(), (judged, closed)).total


def score_of_ending(
    performance: Performance,
    events: Sequence[Recorded],
    ending: tuple[Event, ...],
    later_s: int | None = None,
) -> Score:
    """Score a copy of the journal as if the run had ended so, `later_s` after its last event, or when its time was over."""
    last = events[-1]
    at_ms = last.at_ms + 1000 * (performance.briefing.minutes * 60 if later_s is None else later_s)
    tail = tuple(
        Recorded(seq=last.seq + place, at_ms=at_ms, wall_ms=last.wall_ms, event=event)
        for place, event in enumerate(ending, 1)
    )
    return score((*events, *tail), revealed=revealed(performance))
