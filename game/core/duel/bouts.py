"""A duel as it stands: what was dealt, what was said of it and when, what came of it, and at the end what was true."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from game.core.duel.facts import DuelDealt, DuelTruth
    from game.core.run import RunState, Stamped

Outcome = Literal["waiting", "approved", "stopped", "unanswered"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bout:
    """One change of a duel. Moments on the run clock; `good` is None while the truth is sealed.

    `seq` is of the word that decided it, or of its deal; `took_ms` from the deal to that word.
    """

    number: int
    of: int
    change: str
    by: str
    why: str
    seq: int
    dealt_ms: int
    patience_ms: int
    outcome: Outcome
    took_ms: int = 0
    reviewer: str = ""
    said: str = ""
    in_service_ms: int | None = None
    taken_back_ms: int | None = None
    good: bool | None = None
    lesson: str = ""

    @property
    def settled(self) -> bool:
        return self.outcome != "waiting"

    @property
    def right(self) -> bool:
        """A good one let through, or a bad one stopped."""
        return self.good is not None and self.outcome == ("approved" if self.good else "stopped")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Of the whole deal, dealt or not: how many bad ones were stopped, and how many good ones were let through."""

    bad: int
    stopped: int
    good: int
    passed: int

    @property
    def words(self) -> str:
        return f"{self.stopped} of {self.bad} bad ones stopped, {self.passed} of {self.good} good ones let through"


def back_words(change: str) -> str:
    """The message of the change that takes a bad one back."""
    return f"Take back {change}: users fail since"


def bouts(state: RunState) -> tuple[Bout, ...]:
    """Every change that was dealt, in order."""
    truths = {one.number: one for one in state.truths.event.truths} if state.truths else {}
    return tuple(_bout(state, dealt, truths.get(dealt.event.number)) for dealt in state.dealt)


def tally(state: RunState) -> Tally | None:
    """None while the truth is sealed, and where there was no duel."""
    if state.truths is None:
        return None
    every, said = state.truths.event.truths, bouts(state)
    return Tally(
        bad=sum(not one.good for one in every),
        stopped=sum(one.right for one in said if not one.good),
        good=sum(one.good for one in every),
        passed=sum(one.right for one in said if one.good),
    )


def _bout(state: RunState, dealt: Stamped[DuelDealt], truth: DuelTruth | None) -> Bout:
    name = dealt.event.change
    proposed = next((one.event for one in state.proposals if one.event.change == name), None)
    word = next(
        (one for one in state.reviews if one.event.change == name and one.event.verdict != "comment"), None
    )
    gone = next((one for one in state.withdrawn if one.event.number == dealt.event.number), None)
    outcome: Outcome = "waiting"
    if gone is not None and (word is None or gone.seq < word.seq):
        outcome, word = "unanswered", None
    elif word is not None:
        outcome = "approved" if word.event.verdict == "approve" else "stopped"
    decided_ms = word.at_ms if word else gone.at_ms if gone else dealt.at_ms
    made = next((one.at_ms for one in state.applied if one.event.papers.change == name), None)
    back = next((one.at_ms for one in state.applied if one.event.message == back_words(name)), None)
    return Bout(
        number=dealt.event.number,
        of=dealt.event.of,
        change=name,
        by=proposed.by if proposed else "",
        why=proposed.why if proposed else "",
        seq=word.seq if word else gone.seq if gone else dealt.seq,
        dealt_ms=dealt.at_ms,
        patience_ms=dealt.event.patience_ms,
        outcome=outcome,
        took_ms=decided_ms - dealt.at_ms,
        reviewer=word.event.by if word else "",
        said=word.event.text if word else "",
        in_service_ms=made,
        taken_back_ms=back,
        good=truth.good if truth else None,
        lesson=truth.lesson if truth else "",
    )
