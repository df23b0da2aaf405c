"""The scripted dance partner: who reviews when nobody else is there. Has a temper, which the run's seed decides.

It judges what it is shown, as a colleague would: the reason, the risk, and the doubts that the difference raises. It knows
nothing of the exercise's answer.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from game.core.control.facts import ReviewGiven
from game.core.control.preview import worse

if TYPE_CHECKING:
    from game.core.control.facts import ChangeProposed, ReviewVerdict
    from game.core.run import RunState

PARTNER = "dance partner"


@dataclass(frozen=True, slots=True, kw_only=True)
class Temper:
    """How long a review takes, in ms, how many words a reason has to have, and how many doubts are let pass."""

    name: str
    takes_ms: int
    reason_words: int
    lets_pass: int


TEMPERS = (
    Temper(name="brisk", takes_ms=3_000, reason_words=2, lets_pass=1),
    Temper(name="careful", takes_ms=7_000, reason_words=4, lets_pass=0),
    Temper(name="pedantic", takes_ms=10_000, reason_words=6, lets_pass=0),
    # Sits in another meeting.
    Temper(name="busy", takes_ms=25_000, reason_words=3, lets_pass=0),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    verdict: ReviewVerdict
    text: str


def temper_of(seed: int) -> Temper:
    """The same seed, the same colleague."""
    drawn = hashlib.sha256(f"dance partner {seed}".encode()).digest()
    return TEMPERS[drawn[0] % len(TEMPERS)]


def opinion(proposed: ChangeProposed, temper: Temper, hurts: tuple[str, ...] = ()) -> Opinion:
    """Doubts first: who is asked for a reason and has planted a mistake hears of the mistake.

    `hurts`: what a preview of it did to users; nobody lets that pass.
    """
    if hurts:
        return Opinion(verdict="request-changes", text=f"the preview: {'; '.join(hurts)}")
    if len(proposed.doubts) > temper.lets_pass:
        return Opinion(verdict="request-changes", text="; ".join(proposed.doubts[:3]))
    if len(proposed.why.split()) < temper.reason_words:
        text = f"why? Say what it is for and what it touches, in at least {temper.reason_words} words"
        return Opinion(verdict="request-changes", text=text)
    if proposed.risks:
        return Opinion(
            verdict="approve", text=f"read it: {', '.join(proposed.risks)}; go on, and watch the users"
        )
    return Opinion(verdict="approve", text="nothing that users could feel")


def due_reviews(state: RunState, seed: int, at_ms: int) -> tuple[ReviewGiven, ...]:
    """What the partner has to say by now: once about each state of each proposal, in its own time."""
    if state.terms.partner != "scripted" or not state.proposals:
        return ()
    temper = temper_of(seed)
    latest = {one.event.change: one for one in state.proposals}
    said = {(one.event.change, one.event.digest) for one in state.reviews if one.event.by == PARTNER}
    made = [one for one in latest.values() if (one.event.change, one.event.digest) not in said]
    return tuple(
        ReviewGiven(
            change=one.event.change,
            by=PARTNER,
            verdict=found.verdict,
            text=found.text,
            digest=one.event.digest,
        )
        for one in made
        if one.event.by != PARTNER and at_ms >= one.at_ms + temper.takes_ms
        for found in (opinion(one.event, temper, _hurts(state, one.event)),)
    )


def _hurts(state: RunState, proposed: ChangeProposed) -> tuple[str, ...]:
    """What the latest preview of this very change did to users."""
    tried = [one.event for one in state.previews if one.event.digest == proposed.digest]
    return worse(tried[-1].cohorts) if tried else ()
