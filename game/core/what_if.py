"""A run forked at a moment: what users lost from then on, as it really went and as it would have gone. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from game.core.durations import MINUTE_MS, clock
from game.core.events import (
    Acknowledged,
    ConfigurationApplied,
    HandedOver,
    LoadSampled,
    RuntimeActionTaken,
    ServiceActionTaken,
)
from game.core.timeline import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from game.core.events import Recorded

Deed = Acknowledged | HandedOver | ConfigurationApplied | RuntimeActionTaken | ServiceActionTaken
"""What a team does that changes how a run goes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What users lost from the moment of the fork to the end that both courses share; times since the fault in ms.

    `failed`: requests of users. `limbo_ms`: users whose latest login failed, times how long. `recovered_ms` is None if users
    did not recover by then.
    """

    failed: int
    limbo_ms: int
    recovered_ms: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """`until_ms`: up to when both are compared, since the fault."""

    at_ms: int
    until_ms: int
    really: Course
    instead: Course

    @property
    def saved(self) -> int:
        """Requests of users that would not have failed."""
        return self.really.failed - self.instead.failed


def armed_ms(events: Sequence[Recorded]) -> int | None:
    """When the first fault began to go into service, on the run clock."""
    return fold(events).armed_at_ms


def deeds_before(
    events: Sequence[Recorded], at_ms: int, others: frozenset[str]
) -> Iterator[tuple[int, Recorded]]:
    """What the team did between the fault and `at_ms` after it, with how long after; `others` acted as well, by script."""
    state = fold(events)
    zero_ms = state.armed_at_ms or 0
    scripted = {*(one.event.revision for one in state.faults), *state.later_revisions}
    for one in events:
        if not isinstance(one.event, Deed) or not zero_ms <= one.at_ms < zero_ms + at_ms:
            continue
        if getattr(one.event, "actor", "") in others or getattr(one.event, "revision", None) in scripted:
            continue
        yield one.at_ms - zero_ms, one


def compared(really: Sequence[Recorded], instead: Sequence[Recorded], at_ms: int) -> WhatIf:
    """Both courses from `at_ms` after the fault to the end of the real one; a fork that recovered lost nothing afterwards."""
    until_ms = max(
        (one.event.to_ms - (armed_ms(really) or 0) for one in really if isinstance(one.event, LoadSampled)),
        default=at_ms,
    )
    return WhatIf(
        at_ms=at_ms,
        until_ms=until_ms,
        really=_course(really, at_ms, until_ms),
        instead=_course(instead, at_ms, until_ms),
    )


def lines(found: WhatIf, what: str) -> Iterator[str]:
    """The comparison as a terminal shows it."""
    really, instead = found.really, found.instead
    yield f"{'':<34}{'really':>12}{'what if':>12}"
    yield f"{'users recovered, since the fault':<34}{_when(really):>12}{_when(instead):>12}"
    yield f"{'requests of users that failed':<34}{really.failed:>12,}{instead.failed:>12,}"
    yield f"{'limbo, user-minutes':<34}{really.limbo_ms / MINUTE_MS:>12.1f}{instead.limbo_ms / MINUTE_MS:>12.1f}"
    counted = f"counted from {clock(found.at_ms)} to {clock(found.until_ms)} after the fault"
    more_or_less = "saved" if found.saved >= 0 else "lost"
    yield f"{what}: {abs(found.saved):,} requests of users {more_or_less}, {counted}"


def _when(course: Course) -> str:
    return "never" if course.recovered_ms is None else clock(course.recovered_ms)


def _course(events: Sequence[Recorded], at_ms: int, until_ms: int) -> Course:
    state = fold(events)
    zero_ms = state.armed_at_ms or 0
    counted = [
        one.event
        for one in events
        if isinstance(one.event, LoadSampled)
        and one.event.from_ms - zero_ms >= at_ms
        and one.event.to_ms - zero_ms <= until_ms
    ]
    recovered = state.recovered_ms
    return Course(
        failed=sum(one.bad for one in counted),
        limbo_ms=sum(one.limbo * (one.to_ms - one.from_ms) for one in counted),
        recovered_ms=None if recovered is None else recovered - zero_ms,
    )
