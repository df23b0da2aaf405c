"""What is scored: a run's state beside its answer, with every counted diagnosis graded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from game.core.collateral import repaired_by_hand
from game.core.run import MINUTE_MS
from game.core.taxonomy import MECHANISMS, normalise
from game.core.verdict import STRANGER_REASON, DiagnosisVerdict, Verdict, grade_diagnosis

if TYPE_CHECKING:
    from game.core.events import AnswerRevealed
    from game.core.run import RunState

MOST_DIAGNOSES = 4
FALSE_ALARM = "false-alarm"

Field = Literal["component", "mechanism", "change", "scope"]
FIELDS: tuple[Field, ...] = ("component", "mechanism", "change", "scope")


@dataclass(frozen=True, slots=True, kw_only=True)
class Graded:
    """One counted submission. `at_ms` is when it arrived, whenever it is graded."""

    seq: int
    at_ms: int
    verdict: DiagnosisVerdict

    def of(self, field: Field) -> Verdict:
        verdict: Verdict = getattr(self.verdict, field)
        return verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    state: RunState
    answer: AnswerRevealed
    graded: tuple[Graded, ...]
    rules: int = 2

    @property
    def false_alarm(self) -> bool:
        return is_false_alarm(self.answer)

    @property
    def limit_ms(self) -> int:
        """From the page to the end of the exercise, as it was before anybody extended it."""
        ends, paged = self.state.limit_at_ms, self.state.paged_at_ms
        if ends is not None and paged is not None:
            return ends - paged
        return self.state.opened.minutes * MINUTE_MS if self.state.opened else 0

    @property
    def standing(self) -> bool:
        """Whether users are well at the end, and somebody did something about it.

        A false alarm has nothing to recover from: there it takes the diagnosis that it is one, and the declaration.
        """
        if self.false_alarm:
            unhurt = self.state.impact is None or self.state.recovery is not None
            return unhurt and not self.blind and self.state.resolution is not None
        return self.state.recovery is not None and bool(repaired_by_hand(self.state)) and not self.shut_out

    @property
    def shut_out(self) -> tuple[str, ...]:
        """Users whom the load does not know and who were not served at the end: then it was no recovery."""
        judged = self.state.judged
        reasons = judged.event.reasons if judged else ()
        return tuple(why for why in reasons if why.startswith(STRANGER_REASON))

    @property
    def understood_at_ms(self) -> int | None:
        """When it was known, for good, what was wrong: component and mechanism, or else the change."""
        change = self.right_since("change")
        component, mechanism = self.right_since("component"), self.right_since("mechanism")
        moments = [change.at_ms] if change and self.answer.change else []
        if component and mechanism:
            moments.append(max(component.at_ms, mechanism.at_ms))
        return min(moments, default=None)

    @property
    def blind(self) -> bool:
        return self.understood_at_ms is None

    @property
    def solved_at_ms(self) -> int | None:
        """Recovered and understood: from here on nothing is paid for any more."""
        understood = self.understood_at_ms
        if not self.standing or understood is None:
            return None
        return max(understood, self.state.recovered_ms or understood)

    def right_since(self, field: Field) -> Graded | None:
        """The submission from which on the field was right in every one: the last word counts, so guessing does not."""
        since: Graded | None = None
        for graded in reversed(self.graded):
            if graded.of(field).judgement == "wrong":
                break
            since = graded
        return since


def case_of(state: RunState, answer: AnswerRevealed, rules: int = 2) -> Case:
    """`rules`: the version that decides what changed between versions."""
    return Case(
        rules=rules,
        state=state,
        answer=answer,
        graded=tuple(
            Graded(seq=made.seq, at_ms=made.at_ms, verdict=grade_diagnosis(made.event, answer))
            for made in state.counted_diagnoses[:MOST_DIAGNOSES]
        ),
    )


def is_false_alarm(answer: AnswerRevealed) -> bool:
    return normalise(answer.mechanism, MECHANISMS) == FALSE_ALARM
