"""What the trainee said it was, what it was, and the verdict, field by field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from game.core.durations import percent
from game.core.taxonomy import COMPONENTS, MECHANISMS, Term
from game.core.verdict import DiagnosisVerdict, Judgement, Verdict, grade_diagnosis
from game.core.words import printable, short

if TYPE_CHECKING:
    from game.core.events import AnswerRevealed, DiagnosisSubmitted
    from game.core.run import RunState

FieldName = Literal["component", "mechanism", "change", "scope"]
FIELDS: tuple[FieldName, ...] = ("component", "mechanism", "change", "scope")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One field. `given` is the submission that counts; `right` and `verdict` are None as long as they are sealed.

    `attempts`: how many times the field was submitted with something in it.
    """

    field: FieldName
    given: str
    right: str | None
    verdict: Judgement | None
    attempts: int
    reasons: tuple[str, ...]


def findings(state: RunState) -> tuple[Finding, ...]:
    """For each field the first right submission, else the last one: that is what is scored."""
    return tuple(_finding(field, state) for field in FIELDS)


def _finding(field: FieldName, state: RunState) -> Finding:
    submitted = [one.event for one in state.counted_diagnoses if _given(field, one.event)]
    latest = submitted[-1] if submitted else None
    if state.revealed is None:
        given = _given(field, latest) if latest else ""
        return Finding(
            field=field, given=given, right=None, verdict=None, attempts=len(submitted), reasons=()
        )
    answer = state.revealed.event
    graded = [(one, _of(field, grade_diagnosis(one, answer))) for one in submitted]
    chosen = next((pair for pair in graded if pair[1].judgement == "right"), graded[-1] if graded else None)
    return Finding(
        field=field,
        given=_given(field, chosen[0]) if chosen else "",
        right=_right(field, answer),
        verdict=chosen[1].judgement if chosen else "wrong",
        attempts=len(submitted),
        reasons=chosen[1].reasons if chosen else ("nothing was submitted",),
    )


def _of(field: FieldName, verdict: DiagnosisVerdict) -> Verdict:
    match field:
        case "component":
            return verdict.component
        case "mechanism":
            return verdict.mechanism
        case "change":
            return verdict.change
        case "scope":
            return verdict.scope


def _given(field: FieldName, submission: DiagnosisSubmitted) -> str:
    match field:
        case "component":
            return in_taxonomy(submission.component, COMPONENTS)
        case "mechanism":
            return in_taxonomy(submission.mechanism, MECHANISMS)
        case "change":
            return short(submission.change) if submission.change else ""
        case "scope":
            return _scope(submission.share, submission.cohort) if submission.cohort else ""


def _right(field: FieldName, answer: AnswerRevealed) -> str:
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
