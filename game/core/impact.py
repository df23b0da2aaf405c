"""What the incident did to users: how many, for how long, and how much of their time it took."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from game.core.durations import MINUTE_MS
from game.core.events import FaultArmed, FaultInjected, ImpactDetected, RecoveryDetected
from game.core.series import cohort_names, load_samples, readings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from game.core.events import LoadSampled, Recorded


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """One unhealthy stretch on the run clock, back-dated; `recovered_ms` is None if it never ended."""

    onset_ms: int
    onset_uncertainty_ms: int
    recovered_ms: int | None = None
    recovered_uncertainty_ms: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortHarm:
    """A cohort's share 0-1 of bad requests while the service was unhealthy."""

    cohort: str
    offered: int
    bad: int

    @property
    def share(self) -> float:
        return self.bad / self.offered if self.offered else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """`limbo_ms`: users in limbo summed over time (user-milliseconds); `share`: users in limbo, typically, 0-1."""

    stretches: tuple[Stretch, ...]
    unhealthy_ms: int
    share: float
    users: int
    limbo_peak: int
    limbo_ms: int
    offered: int
    failed: int
    cohorts: tuple[CohortHarm, ...]

    @property
    def limbo_minutes(self) -> float:
        return self.limbo_ms / MINUTE_MS

    @property
    def recovered(self) -> bool:
        return bool(self.stretches) and self.stretches[-1].recovered_ms is not None


def impact(events: Sequence[Recorded]) -> Impact:
    """Everything after the fault went in; of a run whose fault is still sealed, everything that was measured."""
    end_ms = max((recorded.at_ms for recorded in events), default=0)
    found = stretches(events)
    begin_ms = found[0].onset_ms if found else end_ms
    samples = [sample for sample in load_samples(events) if sample.to_ms > begin_ms]
    shares = [sample.limbo / sample.users for sample in samples if sample.limbo and sample.users]
    return Impact(
        stretches=found,
        unhealthy_ms=sum(
            (end_ms if stretch.recovered_ms is None else stretch.recovered_ms) - stretch.onset_ms
            for stretch in found
        ),
        share=median(shares) if shares else 0.0,
        users=max((sample.users for sample in samples), default=0),
        limbo_peak=max((sample.limbo for sample in samples), default=0),
        limbo_ms=sum(sample.limbo * (sample.to_ms - sample.from_ms) for sample in samples),
        offered=sum(sample.offered for sample in samples),
        failed=sum(sample.bad for sample in samples),
        cohorts=_cohorts(events, samples, found),
    )


def stretches(events: Sequence[Recorded]) -> tuple[Stretch, ...]:
    """Pairs of impact and recovery; an impact reported before the fault went in is no part of the incident."""
    begun = (FaultArmed, FaultInjected)
    injected = next((recorded.seq for recorded in events if isinstance(recorded.event, begun)), 0)
    found: list[Stretch] = []
    for recorded in events:
        event = recorded.event
        if recorded.seq < injected:
            continue
        if isinstance(event, ImpactDetected) and (not found or found[-1].recovered_ms is not None):
            found.append(Stretch(onset_ms=event.onset_ms, onset_uncertainty_ms=event.uncertainty_ms))
        elif isinstance(event, RecoveryDetected) and found:
            found[-1] = Stretch(
                onset_ms=found[-1].onset_ms,
                onset_uncertainty_ms=found[-1].onset_uncertainty_ms,
                recovered_ms=max(event.recovered_ms, found[-1].onset_ms),
                recovered_uncertainty_ms=event.uncertainty_ms,
            )
    return tuple(found)


def _cohorts(
    events: Sequence[Recorded], samples: Sequence[LoadSampled], found: tuple[Stretch, ...]
) -> tuple[CohortHarm, ...]:
    """Per cohort, only what was offered inside an unhealthy stretch."""
    last_ms = max((sample.to_ms for sample in samples), default=0)
    harms = []
    for name in cohort_names(events):
        inside = [
            reading
            for reading in readings(events, origin_ms=0, cohort=name)
            if any(
                stretch.onset_ms < reading.to_ms
                and reading.from_ms < (last_ms if stretch.recovered_ms is None else stretch.recovered_ms)
                for stretch in found
            )
        ]
        harms.append(
            CohortHarm(
                cohort=name,
                offered=sum(reading.offered for reading in inside),
                bad=sum(reading.bad for reading in inside),
            )
        )
    return tuple(harms)
