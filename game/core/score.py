"""Events -> score: lines, each with its evidence; the total is derived. Versions 1 and 2 of the rules.

Integers only, 0 to 1000, and a function of the journal alone: the same on every machine, for ever. A run is scored by the
version that it was opened with. Where the rules leave room, version 1 decides:

* Lines are earned first, then a blind revert is capped, then deductions are taken, none of them below 0 in all.
* A diagnosis counts from the page on, four times at most. A field earns only if the last submission has it right, at the
  time from which on it stayed right; so trying out answers gains nothing. An empty field is no guess and costs nothing.
* A recovery counts if the fault had been injected, users were hit, somebody did something, and it holds to the end.
* Understood means component and mechanism right, or the change; a recovery without it is a blind revert.
* Hints cost only while the incident is unsolved: not recovered, or not understood.
* Acknowledging is real work and earns its line by itself; nothing that only looks like a repair earns more.
* A void or interrupted run has no score. An aborted one shows its lines, but does not count.

Version 2 adds change control: a glass that the team broke costs, more if its review is still owed at the end; and where
reviews are demanded, the record is complete only without such a debt. Under version 1 no kind of fact said that a review
took place, so that a demanded one was missing from every record. A duel earns by its own two lines (`duel/points.py`) in their place.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from game.core.case import FIELDS, Case, case_of, is_false_alarm
from game.core.collateral import disruptions
from game.core.control.glass import glass_broken
from game.core.duel.points import duel_lines
from game.core.earnings import FULL, RECOVERY, ScoreLine, declared_early, earned, worth
from game.core.run import Stamped
from game.core.timeline import fold
from game.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from game.core.events import AnswerRevealed, Recorded
    from game.core.run import RunState

__all__ = ["RULES", "Score", "ScoreLine", "achievable", "score", "worth"]

RULES = 2
KNOWN = (1, 2)
BLIND_CAP = 400
EARLY_COST, WRONG_AGAIN_COST, INNOCENT_COST = 25, 25, 30
GLASS_COST, DEBT_COST = 40, 20
HURT_STEP, HURT_MOST = 200, 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """`counts` is False when the run has no place on any board; `why` says so in words.

    `cannot_tell`: reasons of the lines that the grader could not judge, for the facilitator.
    """

    lines: tuple[ScoreLine, ...]
    rules: int
    counts: bool
    why: str = ""

    @property
    def total(self) -> int:
        return sum(line.points for line in self.lines)

    @property
    def achievable(self) -> int:
        return sum(line.of for line in self.lines)

    @property
    def cannot_tell(self) -> tuple[str, ...]:
        return tuple(line.reason for line in self.lines if line.cannot_tell)


def score(
    events: Iterable[Recorded], *, revealed: AnswerRevealed | None = None, rules: int | None = None
) -> Score:
    """Score a run by its journal; `revealed` stands in for the sealed answer while it is not in the journal.

    `rules`: a version other than the one that the run was opened with. Raises UsageError for one that is not known.
    """
    state = fold(events)
    if revealed is not None and state.revealed is None:
        state = replace(state, revealed=Stamped(seq=state.seq, at_ms=state.at_ms, event=revealed))
    version = _known(rules or (state.opened.rules if state.opened else RULES))
    unscored = _unscored(state)
    if unscored or state.revealed is None:
        return Score(lines=(), rules=version, counts=False, why=unscored)
    case = case_of(state, state.revealed.event, rules=version)
    aborted = state.closed is not None and state.closed.event.how == "aborted"
    why = "the run was aborted: its lines are shown, but it does not count" if aborted else ""
    return Score(lines=_lines(case), rules=version, counts=not aborted, why=why)


def achievable(revealed: AnswerRevealed) -> int:
    """The points that the best run of an exercise can earn."""
    return FULL - RECOVERY if is_false_alarm(revealed) else FULL


def _known(rules: int) -> int:
    if rules not in KNOWN:
        known = " and ".join(map(str, KNOWN))
        raise UsageError(f"rules {rules} are not known", hint=f"this version scores by rules {known}")
    return rules


def _unscored(state: RunState) -> str:
    how = state.closed.event.how if state.closed else ""
    if how in {"void", "interrupted"}:
        return f"the run is {how}: it cannot be told what it would have become"
    if state.opened is None:
        return "the run was never opened"
    if state.revealed is None:
        return "the answer is still sealed"
    return ""


def _lines(case: Case) -> tuple[ScoreLine, ...]:
    duel = duel_lines(case.state)
    lines = list(duel or earned(case))
    total = sum(line.points for line in lines)
    if not duel and case.blind and case.standing and total > BLIND_CAP:
        text = f"recovered without a diagnosis: at most {BLIND_CAP}"
        evidence = (case.state.recovery.seq,) if case.state.recovery else ()
        lines.append(_deduction("blind-revert", total - BLIND_CAP, evidence, text))
        total = BLIND_CAP
    for line in _deductions(case):
        taken = replace(line, points=-min(-line.points, total))
        total += taken.points
        lines.append(taken)
    return tuple(lines)


def _deductions(case: Case) -> tuple[ScoreLine, ...]:
    every = (_early(case), _wrong_again(case), _hints(case), _innocent(case), _glass(case), _users_hurt(case))
    return tuple(line for line in every if line.points)


def _early(case: Case) -> ScoreLine:
    early = declared_early(case)
    return _deduction("declared-early", EARLY_COST if early else 0, early, "declared resolved too early")


def _wrong_again(case: Case) -> ScoreLine:
    evidence: list[int] = []
    for field in FIELDS:
        wrong = [one.seq for one in case.graded if one.of(field).given and one.of(field).judgement == "wrong"]
        evidence.extend(wrong[1:])
    text = f"{len(evidence)} times wrong again in a field, {WRONG_AGAIN_COST} each"
    return _deduction("wrong-again", WRONG_AGAIN_COST * len(evidence), tuple(sorted(set(evidence))), text)


def _hints(case: Case) -> ScoreLine:
    solved_ms = case.solved_at_ms
    paid = [hint for hint in case.state.hints if solved_ms is None or hint.at_ms < solved_ms]
    cost = sum(max(0, hint.event.cost) for hint in paid)
    return _deduction("hints", cost, tuple(hint.seq for hint in paid), f"hints for {cost} points")


def _innocent(case: Case) -> ScoreLine:
    """Disturbing a layer can only be held against anybody when the guilty one is known."""
    deeds = disruptions(case.state, case.answer.layer) if case.answer.layer else ()
    names = ", ".join(f"{deed.event.action} of {deed.event.service}" for deed in deeds)
    cost = INNOCENT_COST * len(deeds)
    return _deduction(
        "innocent-layer", cost, tuple(deed.seq for deed in deeds), f"disturbed without need: {names}"
    )


def _glass(case: Case) -> ScoreLine:
    broken = glass_broken(case.state) if case.rules >= 2 else ()
    debts = sum(one.owes_a_review for one in broken)
    names = ", ".join(one.name for one in broken)
    owed = f"; {debts} not reviewed since, {DEBT_COST} each" if debts else ""
    text = f"the glass was broken for {names}, {GLASS_COST} each{owed}"
    cost = GLASS_COST * len(broken) + DEBT_COST * debts
    return _deduction("broken-glass", cost, tuple(one.seq for one in broken), text)


def _users_hurt(case: Case) -> ScoreLine:
    failed = case.state.failed_after_page
    cost = min(HURT_MOST, -(-failed // HURT_STEP))
    evidence = tuple(fact.seq for fact in (case.state.page, case.state.sample) if fact is not None)
    return _deduction("users-hurt", cost, evidence, f"{failed} requests of users failed after the page")


def _deduction(reason: str, cost: int, evidence: tuple[int, ...], text: str) -> ScoreLine:
    return ScoreLine(reason=reason, points=-cost, of=0, evidence=evidence, text=text)
