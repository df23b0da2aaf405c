"""What the trainee said it was, what it was, and the verdict, field by field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from game.core.case import FIELDS, MOST_DIAGNOSES, case_of
from game.core.durations import percent
from game.core.taxonomy import COMPONENTS, MECHANISMS, Term
from game.core.text import printable
from game.core.words import short

if TYPE_CHECKING:
    from game.core.case import Field
    from game.core.events import AnswerRevealed, DiagnosisSubmitted
    from game.core.run import RunState
    from game.core.verdict import Judgement


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One field. `given` is the submission that counts; `right` and `verdict` are None as long as they are sealed.

    `attempts`: how many times the field was submitted with something in it.
    """

    field: Field
    given: str
    right: str | None
    verdict: Judgement | None
    attempts: int
    reasons: tuple[str, ...]


def findings(state: RunState) -> tuple[Finding, ...]:
    """The last submission counts, as it does for the score."""
    return tuple(_finding(field, state) for field in FIELDS)


def _finding(field: Field, state: RunState) -> Finding:
    submitted = [one.event for one in state.counted_diagnoses[:MOST_DIAGNOSES]]
    given = _given(field, submitted[-1]) if submitted else ""
    attempts = sum(1 for submission in submitted if _given(field, submission))
    if state.revealed is None:
        return Finding(field=field, given=given, right=None, verdict=None, attempts=attempts, reasons=())
    answer = state.revealed.event
    graded = case_of(state, answer).graded
    verdict = graded[-1].of(field) if graded else None
    return Finding(
        field=field,
        given=given,
        right=_right(field, answer),
        verdict=verdict.judgement if verdict else "wrong",
        attempts=attempts,
        reasons=verdict.reasons if verdict else ("nothing was submitted after the page",),
    )


def _given(field: Field, submission: DiagnosisSubmitted) -> str:
    match field:
        case "component":
            return in_taxonomy(submission.component, COMPONENTS)
        case "mechanism":
            return in_taxonomy(submission.mechanism, MECHANISMS)
        case "change":
            return short(submission.change) if submission.change else ""
        case "scope":
            return _scope(submission.share, submission.cohort) if submission.cohort else ""


def _right(field: Field, answer: AnswerRevealed) -> str:
    match field:
        case "component":
            return in_taxonomy(answer.component, COMPONENTS)
        case "mechanism":
            return in_taxonomy(answer.mechanism, MECHANISMS)
        case "change":
            return short(answer.change) if answer.change else "no change is to blame"
        case "scope":
            tolerance = percent(answer.share_tolerance, digits=0).removesuffix(" %")
            return f"{_scope(answer.share, answer.cohort)} (± {tolerance} points)"


def _scope(share: float, cohort: str) -> str:
    whom = "users, across cohorts" if cohort == "all" else f"users, cohort {printable(cohort)}"
    return f"{percent(share, digits=0)} of {whom}"


def in_taxonomy(word: str, terms: tuple[Term, ...]) -> str:
    """`haproxy: load balancer`; a word that is not in the list stays as it was typed."""
    words = next((term.words for term in terms if term.id == word), "")
    return f"{word}: {words}" if words else printable(word)
