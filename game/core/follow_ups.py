"""What a debrief asks for: measures with an owner's role and the reason, derived from what the run showed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from game.core.attention import attention, innocent_ms
from game.core.durations import MINUTE_MS, spoken
from game.core.taxonomy import GUARDS, normalise
from game.core.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from game.core.impact import Impact
    from game.core.run import RunState

WORTH_A_WORD_MS = MINUTE_MS
LATE_PAGE_MS = 5 * MINUTE_MS


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """`owner` is a role."""

    what: str
    owner: str
    because: str


def follow_ups(state: RunState, harm: Impact) -> tuple[FollowUp, ...]:
    """None before the answer is shown or for a run that does not count: they would tell, or be unfounded."""
    if state.revealed is None or (state.closed is not None and state.closed.event.how == "void"):
        return ()
    return (*_guards(state), *_monitoring(state, harm), *_practice(state, harm))


def guard_words(guard: str) -> str:
    known = normalise(guard, GUARDS)
    return next((term.words for term in GUARDS if term.id == known), printable(guard))


def _guards(state: RunState) -> Iterator[FollowUp]:
    """The exercise's guards first, then the trainee's own idea if it is another one."""
    guards = state.revealed.event.guards if state.revealed else ()
    for guard in guards:
        yield _measure(
            f"Put a guard in place: {guard_words(guard)}",
            "load-balancer owners",
            "it would have stopped or contained this",
        )
    own = state.resolution.event.guard if state.resolution else ""
    if own and normalise(own, GUARDS) not in guards:
        yield _measure(
            f"Consider a guard: {guard_words(own)}",
            "load-balancer owners",
            "proposed by those who worked the incident",
        )


def _monitoring(state: RunState, harm: Impact) -> Iterator[FollowUp]:
    if state.revealed and state.revealed.event.signal:
        signal = printable(state.revealed.event.signal).removesuffix(".")
        yield _measure(f"Put on the on-call dashboard: {signal}", "monitoring", "it showed the cause first")
    if harm.stretches and state.paged_at_ms is not None:
        delay_ms = state.paged_at_ms - harm.stretches[0].onset_ms
        if delay_ms >= LATE_PAGE_MS:
            yield _measure(
                "Page sooner",
                "monitoring",
                f"users were hurt for {spoken(delay_ms)} before anybody was called",
            )
    if state.judged and state.judged.event.drift == "wrong":
        yield _measure(
            "Alarm when file, running state and approved configuration differ",
            "monitoring",
            "they did at the end",
        )


def _practice(state: RunState, harm: Impact) -> Iterator[FollowUp]:
    wasted_ms = innocent_ms(attention(state))
    if wasted_ms >= WORTH_A_WORD_MS:
        yield _measure(
            "List recent changes first in the runbook",
            "on-call",
            f"{spoken(wasted_ms)} went into layers that were well",
        )
    if harm.stretches and not harm.recovered:
        yield _measure(
            "Practise reverting one change by its revision", "on-call", "the fault was still in service"
        )
    elif harm.stretches and state.judged and state.judged.event.surgical == "wrong":
        yield _measure(
            "Roll back by change, not by date",
            "on-call",
            "more than the fault was taken back, or something was left",
        )
    if state.relapses:
        yield _measure(
            "Hold and verify before calling it over", "on-call", "users were hurt again after a recovery"
        )
    if state.resolution and not state.resolution.event.unnoticed.strip():
        yield _measure("Record why it went unnoticed", "incident lead", "the record does not say")


def _measure(what: str, owner: str, because: str) -> FollowUp:
    return FollowUp(what=what, owner=owner, because=because)
