"""Load over time, ready to draw: readings of equal width, merged to as many as a chart can show."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from game.core.durations import MINUTE_MS, SECOND_MS
from game.core.events import LoadSampled

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from game.core.events import Recorded

WIDTHS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was offered between two moments (ms on the chart's own clock). `limbo`: most users in limbo at once."""

    from_ms: int
    to_ms: int
    offered: int
    bad: int
    limbo: int
    users: int

    @property
    def success(self) -> float | None:
        """The share 0-1 of offered requests that were good; None where nothing was offered."""
        return 1 - self.bad / self.offered if self.offered else None


def readings(events: Sequence[Recorded], *, origin_ms: int, cohort: str = "") -> tuple[Reading, ...]:
    """Every load sample as a reading, on a clock that is 0 at `origin_ms`; of one cohort if named (then no limbo)."""
    found = []
    for sample in load_samples(events):
        span = {"from_ms": sample.from_ms - origin_ms, "to_ms": sample.to_ms - origin_ms}
        if not cohort:
            counted = (sample.offered, sample.bad, sample.limbo, sample.users)
        else:
            mine = [part for part in sample.cohorts if part.cohort == cohort]
            counted = (sum(part.offered for part in mine), sum(part.bad for part in mine), 0, 0)
        offered, bad, limbo, users = counted
        found.append(Reading(offered=offered, bad=bad, limbo=limbo, users=users, **span))
    return tuple(found)


def load_samples(events: Iterable[Recorded]) -> tuple[LoadSampled, ...]:
    return tuple(recorded.event for recorded in events if isinstance(recorded.event, LoadSampled))


def cohort_names(events: Sequence[Recorded]) -> tuple[str, ...]:
    """The cohorts that offered anything, in the order in which the load names them."""
    names = dict.fromkeys(
        part.cohort for sample in load_samples(events) for part in sample.cohorts if part.offered
    )
    return tuple(names)


def merged(series: Sequence[Reading], *, at_most: int) -> tuple[Reading, ...]:
    """The same load in at most about `at_most` readings, each of one round width that starts at a round time."""
    if not series:
        return ()
    span_ms = series[-1].to_ms - series[0].from_ms
    width_ms = next(
        (width * SECOND_MS for width in WIDTHS_S if span_ms <= at_most * width * SECOND_MS),
        -(-span_ms // (at_most * MINUTE_MS)) * MINUTE_MS,
    )
    grouped = groupby(series, key=lambda reading: reading.from_ms // width_ms)
    return tuple(_together(tuple(group)) for _, group in grouped)


def _together(group: tuple[Reading, ...]) -> Reading:
    return Reading(
        from_ms=group[0].from_ms,
        to_ms=group[-1].to_ms,
        offered=sum(reading.offered for reading in group),
        bad=sum(reading.bad for reading in group),
        limbo=max(reading.limbo for reading in group),
        users=max(reading.users for reading in group),
    )
