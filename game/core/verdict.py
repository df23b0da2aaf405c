"""Is the diagnosis right, is the rollback right: right, wrong, or cannot tell, with reasons.

*Cannot tell* is the grader's failure, never the trainee's: what is needed to judge is missing or not in the taxonomy.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from game.core.events import AnswerRevealed, DiagnosisSubmitted, RollbackJudged
from game.core.taxonomy import COMPONENTS, MECHANISMS, Term, normalise

Judgement = Literal["right", "wrong", "cannot-tell"]
SHORTEST_REVISION = 7
DRIFT_REASON = "drift: "
DIFFERS = "differs: "
STRANGER_REASON = "not served: "


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """`given` is False when the field was left empty: that is wrong, but no guess."""

    judgement: Judgement
    given: bool = True
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DiagnosisVerdict:
    component: Verdict
    mechanism: Verdict
    change: Verdict
    scope: Verdict


def grade_diagnosis(submission: DiagnosisSubmitted, answer: AnswerRevealed) -> DiagnosisVerdict:
    """Grade each field by itself; nothing but published words, revision ids and tolerances decides."""
    component = _word(submission.component, answer.component, COMPONENTS, "component")
    return DiagnosisVerdict(
        component=component,
        mechanism=_one_of(submission.mechanism, (answer.mechanism, *answer.also)),
        change=_change(submission.change, answer.change, component),
        scope=_scope(submission, answer),
    )


def same_revision(given: str, expected: str) -> bool:
    """Whether `given` names the revision, in full or by at least seven of its first characters."""
    given, expected = given.strip().lower(), expected.strip().lower()
    return given == expected or (len(given) >= SHORTEST_REVISION and expected.startswith(given))


def judge_rollback(
    *,
    differences: tuple[str, ...] | None,
    drift: tuple[str, ...] | None,
    recovered: bool | None,
    shut_out: tuple[str, ...] = (),
) -> RollbackJudged:
    """Judge the end state.

    `differences`: what is not excused between it and the history without the fault, in words; `drift`: where file, running
    and approved configuration disagree; `recovered`: whether users were well at the end. None: could not be found out.
    `shut_out`: users whom the load does not know and who are not served; then nobody has recovered.
    """
    surgical, reasons = _surgical(differences, False if shut_out else recovered)
    reasons = (*(f"{STRANGER_REASON}{who}" for who in shut_out), *reasons)
    if drift is None:
        return RollbackJudged(
            surgical=surgical,
            drift="cannot-tell",
            reasons=(*reasons, f"{DRIFT_REASON}the running state could not be read"),
        )
    found = tuple(f"{DRIFT_REASON}{field}" for field in drift)
    return RollbackJudged(surgical=surgical, drift="wrong" if drift else "right", reasons=(*reasons, *found))


def _surgical(
    differences: tuple[str, ...] | None, recovered: bool | None
) -> tuple[Judgement, tuple[str, ...]]:
    """Wrong as soon as one thing is wrong, right only when everything is known to be right."""
    wrong = tuple(f"{DIFFERS}{difference}" for difference in differences or ())
    if recovered is False:
        wrong = ("users had not recovered at the end", *wrong)
    if wrong:
        return "wrong", wrong
    if differences is None:
        return "cannot-tell", ("the end state could not be compared",)
    if recovered is None:
        return "cannot-tell", ("whether users recovered is not known",)
    return "right", ()


def _word(given: str, expected: str, terms: tuple[Term, ...], field: str) -> Verdict:
    right = normalise(expected, terms)
    if not given.strip():
        return Verdict(judgement="wrong", given=False, reasons=(f"no {field} was named",))
    if right is None:
        return Verdict(
            judgement="cannot-tell", reasons=(f"the answer's {field} is not a word of the taxonomy",)
        )
    if normalise(given, terms) == right:
        return Verdict(judgement="right")
    return Verdict(judgement="wrong", reasons=(f"{field} was {right}",))


def _one_of(given: str, mechanisms: tuple[str, ...]) -> Verdict:
    """Right if any of the answer's mechanisms is named; what is said otherwise is said of the first."""
    verdicts = tuple(_word(given, one, MECHANISMS, "mechanism") for one in mechanisms)
    return next((verdict for verdict in verdicts if verdict.judgement == "right"), verdicts[0])


def _change(given: str, expected: str, component: Verdict) -> Verdict:
    """No change to blame is an answer, too, but an empty field is one only from somebody who knows the component."""
    if not expected:
        if given.strip():
            return Verdict(judgement="wrong", reasons=("no change is to blame",))
        if component.judgement == "right":
            return Verdict(judgement="right")
        return Verdict(judgement=component.judgement, given=False, reasons=("nothing to go by was named",))
    if not given.strip():
        return Verdict(judgement="wrong", given=False, reasons=("no change was named",))
    if same_revision(given, expected):
        return Verdict(judgement="right")
    return Verdict(judgement="wrong", reasons=(f"the change was {expected[:12]}",))


def _scope(submission: DiagnosisSubmitted, answer: AnswerRevealed) -> Verdict:
    """Share of users within the tolerance, in thousandths, and the kind of user."""
    cohort = submission.cohort.strip().casefold()
    if not cohort:
        return Verdict(judgement="wrong", given=False, reasons=("no kind of user was named",))
    reasons: list[str] = []
    if cohort != answer.cohort.casefold():
        reasons.append(f"users hit: {answer.cohort}")
    if not 0 <= submission.share <= 1:
        reasons.append("the share is not between 0 and 1")
    elif abs(_thousandths(submission.share) - _thousandths(answer.share)) > _thousandths(
        answer.share_tolerance
    ):
        reasons.append(f"share of users: {_thousandths(answer.share) / 10:g} %")
    return Verdict(judgement="wrong" if reasons else "right", reasons=tuple(reasons))


def _thousandths(share: float) -> int:
    return round(share * 1000)
