"""What a run earns: the eleven lines of the rubric, 1000 points together.

Whether a line is earned is either a matter of time (full up to par, falling linearly to 30 % at the limit) or of right and
wrong. What the grader cannot tell is decided in the trainee's favour and flagged, for nobody pays for the grader's faults;
what the trainee had to do for it must have been done all the same. The lines about the repair need one that holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from game.core.collateral import disruptions, left_in_place, taken_away
from game.core.control.glass import glass_broken
from game.core.durations import spoken
from game.core.phase import validated
from game.core.taxonomy import GUARDS, normalise
from game.core.verdict import DRIFT_REASON, Judgement, same_revision

if TYPE_CHECKING:
    from game.core.case import Case, Field
    from game.core.events import Resolved

ACKNOWLEDGE, RECOVERY, SURGICAL = 50, 200, 150
NO_DRIFT, NO_COLLATERAL, VALIDATED, RECORD = 50, 50, 50, 50
DIAGNOSIS: tuple[tuple[Field, int], ...] = (
    ("component", 80),
    ("mechanism", 120),
    ("change", 150),
    ("scope", 50),
)
FULL = ACKNOWLEDGE + sum(points for _, points in DIAGNOSIS) + RECOVERY + SURGICAL
FULL += NO_DRIFT + NO_COLLATERAL + VALIDATED + RECORD
FEWEST_WORDS = 3
NOT_RECOVERED = "users had not recovered for good by anything that was done"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreLine:
    """`points` of at most `of` (0 for a deduction), with the numbers of the facts that prove it.

    `cannot_tell`: the grader lacked what it needed, and decided for the trainee.
    """

    reason: str
    points: int
    of: int
    evidence: tuple[int, ...]
    text: str
    cannot_tell: bool = False


def earned(case: Case) -> tuple[ScoreLine, ...]:
    return (
        _acknowledge(case),
        *(_field(case, field, points) for field, points in DIAGNOSIS),
        _recovery(case),
        _judged(case, "surgical", SURGICAL),
        _judged(case, "no-drift", NO_DRIFT),
        _no_collateral(case),
        _validated(case),
        _record(case),
    )


def worth(of: int, *, elapsed_ms: int, par_ms: int, limit_ms: int) -> int:
    """Points left after `elapsed_ms`: all up to par, then linearly down to three tenths at the limit; rounded down."""
    if elapsed_ms <= par_ms:
        return of
    if elapsed_ms >= limit_ms:
        return of * 3 // 10
    span_ms = limit_ms - par_ms
    return of * (10 * span_ms - 7 * (elapsed_ms - par_ms)) // (10 * span_ms)


def _timed(case: Case, of: int, at_ms: int, par_s: int) -> tuple[int, str]:
    """Points for something done at a moment, and that moment in words. What came before the page is worth all."""
    elapsed_ms = at_ms - (case.state.paged_at_ms if case.state.paged_at_ms is not None else at_ms)
    points = worth(of, elapsed_ms=elapsed_ms, par_ms=par_s * 1000, limit_ms=case.limit_ms)
    if elapsed_ms <= 0:
        return points, "no later than the page"
    return points, f"{spoken(elapsed_ms)} after the page (par {spoken(par_s * 1000)})"


def _acknowledge(case: Case) -> ScoreLine:
    done = case.state.acknowledgement
    if done is None:
        return _nothing("acknowledge", ACKNOWLEDGE, "the page was not acknowledged")
    points, when = _timed(case, ACKNOWLEDGE, done.at_ms, case.answer.acknowledge_s)
    page = (case.state.page.seq,) if case.state.page else ()
    return _line("acknowledge", points, ACKNOWLEDGE, (*page, done.seq), f"acknowledged {when}")


def _field(case: Case, field: Field, of: int) -> ScoreLine:
    since = case.right_since(field)
    if since is None:
        if not case.graded:
            return _nothing(field, of, "no diagnosis was submitted after the page")
        last = case.graded[-1]
        return _line(field, 0, of, (last.seq,), "; ".join(last.of(field).reasons))
    points, when = _timed(case, of, since.at_ms, case.answer.diagnose_s)
    verdict = since.of(field)
    if verdict.judgement == "cannot-tell":
        return _line(field, points, of, (since.seq,), "; ".join(verdict.reasons), cannot_tell=True)
    return _line(field, points, of, (since.seq,), f"right from {when} on")


def _recovery(case: Case) -> ScoreLine:
    recovery = case.state.recovery
    if case.false_alarm:
        return _nothing("recovery", 0, "a false alarm: there was nothing to recover from")
    if recovery is None or not case.standing:
        return _nothing("recovery", RECOVERY, NOT_RECOVERED)
    points, when = _timed(case, RECOVERY, recovery.event.recovered_ms, case.answer.recover_s)
    doubt = f"+-{recovery.event.uncertainty_ms} ms"
    return _line("recovery", points, RECOVERY, (recovery.seq,), f"users recovered {when}, {doubt}")


def _judged(case: Case, reason: str, of: int) -> ScoreLine:
    judged = case.state.judged
    if not case.standing:
        return _nothing(reason, of, NOT_RECOVERED)
    if judged is None:
        if case.state.closed is None:
            return _nothing(reason, of, "judged when the run is closed")
        return _line(reason, of, of, (), "the end state was not judged", cannot_tell=True)
    about_drift = reason == "no-drift"
    verdict: Judgement = judged.event.drift if about_drift else judged.event.surgical
    reasons = (why for why in judged.event.reasons if why.startswith(DRIFT_REASON) == about_drift)
    text = "; ".join(reasons)
    match verdict:
        case "right":
            good = {
                "surgical": "the fault is gone and nothing else",
                "no-drift": "file, running and approved agree",
            }
            return _line(reason, of, of, (judged.seq,), good[reason])
        case "wrong":
            return _line(reason, 0, of, (judged.seq,), text)
        case "cannot-tell":
            return _line(reason, of, of, (judged.seq,), text, cannot_tell=True)


def _no_collateral(case: Case) -> ScoreLine:
    reason, of = "no-collateral", NO_COLLATERAL
    if not case.standing:
        return _nothing(reason, of, NOT_RECOVERED)
    disturbed = disruptions(case.state, case.answer.layer) if case.answer.layer else ()
    removed = left_in_place(case.state)
    taken = taken_away(case.state)
    faults = (
        *(f"{deed.event.action} of {deed.event.service}" for deed in disturbed),
        *(f"left in place: {action.event.command}" for action in removed),
        *taken,
    )
    if faults:
        judged = (case.state.judged.seq,) if case.state.judged and taken else ()
        evidence = (*(deed.seq for deed in disturbed), *(action.seq for action in removed), *judged)
        return _line(reason, 0, of, evidence, "; ".join(faults))
    evidence = (case.state.recovery.seq,) if case.state.recovery else ()
    return _line(reason, of, of, evidence, "nothing else was disturbed", cannot_tell=not case.answer.layer)


def _validated(case: Case) -> ScoreLine:
    resolution = case.state.resolution
    if not case.standing:
        return _nothing("validated", VALIDATED, NOT_RECOVERED)
    if resolution is None:
        return _nothing("validated", VALIDATED, "never declared resolved")
    early = declared_early(case)
    if early:
        return _line("validated", 0, VALIDATED, early, "declared resolved before users had recovered")
    if not case.false_alarm and not validated(case.state):
        return _line("validated", 0, VALIDATED, (resolution.seq,), "not declared after the recovery")
    return _line("validated", VALIDATED, VALIDATED, (resolution.seq,), "declared resolved after the recovery")


def declared_early(case: Case) -> tuple[int, ...]:
    """The numbers of declarations that came before the recovery that holds, its doubt in the trainee's favour."""
    if case.false_alarm:
        return ()
    recovery = case.state.recovery
    real_ms = None if recovery is None else recovery.event.recovered_ms - recovery.event.uncertainty_ms
    return tuple(one.seq for one in case.state.resolutions if real_ms is None or one.at_ms < real_ms)


def _record(case: Case) -> ScoreLine:
    resolution = case.state.resolution
    if not case.standing:
        return _nothing("record", RECORD, NOT_RECOVERED)
    if resolution is None:
        return _nothing("record", RECORD, "nothing was recorded: never declared resolved")
    missing = _missing(case, resolution.event)
    if missing:
        return _line("record", 0, RECORD, (resolution.seq,), "; ".join(missing))
    return _line(
        "record", RECORD, RECORD, (resolution.seq,), "the change, why unnoticed, and a guard are recorded"
    )


def _missing(case: Case, record: Resolved) -> tuple[str, ...]:
    """What the record lacks. Under version 1 of the rules no fact said that a review took place: a required one is missing."""
    owed = case.rules < 2 or any(one.owes_a_review for one in glass_broken(case.state))
    guards = {normalise(guard, GUARDS) or guard for guard in case.answer.guards}
    named_right = same_revision(record.change, case.answer.change)
    checks = (
        (named_right, "the record does not name the change"),
        (len(record.unnoticed.split()) >= FEWEST_WORDS, "why it went unnoticed takes at least three words"),
        (normalise(record.guard, GUARDS) in guards, "the guard would not have prevented it"),
        (not (case.answer.review_required and owed), "the review that was required is not in the journal"),
    )
    return tuple(what for holds, what in checks if not holds)


def _line(
    reason: str, points: int, of: int, evidence: tuple[int, ...], text: str, *, cannot_tell: bool = False
) -> ScoreLine:
    return ScoreLine(
        reason=reason, points=points, of=of, evidence=evidence, text=text, cannot_tell=cannot_tell
    )


def _nothing(reason: str, of: int, text: str) -> ScoreLine:
    return _line(reason, 0, of, (), text)
