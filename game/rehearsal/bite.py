"""How a fault bites, and how much of it is left after something was done about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from game.core.events import LoadSampled
from game.rehearsal.proof import CohortShare

if TYPE_CHECKING:
    from collections.abc import Sequence

    from game.director.performance import Performance

# As long as at least this share of what failed before still fails, nothing looks repaired.
STILL_BAD = 0.5
# Fewer requests than these of a cohort are chance.
COHORT_REQUESTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Bite:
    """How the fault bites.

    The share of users hurt at the time of the page; the share of requests, all and per cohort, from the onset to the page.
    `scope`: the cohort that the fault is about, or all.
    """

    bad_share: float
    request_share: float
    cohorts: tuple[CohortShare, ...]
    scope: str
    onset_s: float
    onset_uncertainty_s: float

    def left(self, samples: Sequence[LoadSampled]) -> float:
        """How much of the bite is left in some seconds of load: 0 nothing, 1 as bad as before, more if it is worse.

        The greater of two ratios to before: of all requests, and of the cohort's if the fault is about one. A cohort's own
        share tells in a second what takes many among everybody's requests.
        """
        everybody = share_of_requests(samples)
        ratios = [everybody / self.request_share if self.request_share else everybody]
        before = next((cohort.bad_share for cohort in self.cohorts if cohort.cohort == self.scope), 0.0)
        offered, bad = _of_cohort(self.scope, samples)
        if before and offered >= COHORT_REQUESTS:
            ratios.append(bad / offered / before)
        return max(ratios)


def bite(performance: Performance) -> Bite:
    """Measure what users felt until now."""
    state = performance.conductor.glimpse().state
    fault_ms = state.fault_at_ms or 0
    # Nobody is hurt by a false alarm: what counts there is what was measured since it began.
    onset_ms = fault_ms if state.onset_ms is None else state.onset_ms
    samples = samples_since(performance, onset_ms)
    return Bite(
        bad_share=share_hurt(performance),
        request_share=share_of_requests(samples),
        cohorts=tuple(_share_of(name, samples) for name in performance.briefing.cohorts),
        scope=performance.exercise.answer.scope_cohort,
        onset_s=(onset_ms - fault_ms) / 1000,
        onset_uncertainty_s=(state.onset_uncertainty_ms or 0) / 1000,
    )


def share_hurt(performance: Performance) -> float:
    """Share of users, 0-1, with a bad request in the latest five seconds."""
    sample = performance.conductor.glimpse().state.sample
    return sample.event.hurt / sample.event.users if sample is not None else 0.0


def share_of_requests(samples: Sequence[LoadSampled]) -> float:
    """Share of requests that were bad, 0-1; no load at all is as bad as can be."""
    offered = sum(sample.offered for sample in samples)
    return sum(sample.bad for sample in samples) / offered if offered else 1.0


def samples_since(performance: Performance, from_ms: int) -> list[LoadSampled]:
    """The seconds of load that began at or after a moment of the run clock."""
    events = (recorded.event for recorded in performance.conductor.events())
    return [event for event in events if isinstance(event, LoadSampled) and event.from_ms >= from_ms]


def _share_of(name: str, samples: Sequence[LoadSampled]) -> CohortShare:
    offered, bad = _of_cohort(name, samples)
    return CohortShare(cohort=name, bad_share=round(bad / offered, 3) if offered else 0.0)


def _of_cohort(name: str, samples: Sequence[LoadSampled]) -> tuple[int, int]:
    mine = [cohort for sample in samples for cohort in sample.cohorts if cohort.cohort == name]
    return sum(cohort.offered for cohort in mine), sum(cohort.bad for cohort in mine)
