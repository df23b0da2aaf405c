"""What users got, what that amounts to, and the pages that come of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortSample:
    cohort: str
    offered: int
    bad: int
    p95_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadSampled:
    """One second of load, attributed to the requests' start. `limbo`: users whose latest login failed; `users`: all.

    `hurt`: users with at least one bad request in the latest five seconds. `reasons` counts bad requests by reason.
    """

    from_ms: int
    to_ms: int
    offered: int
    bad: int
    p95_ms: int
    limbo: int
    users: int
    cohorts: tuple[CohortSample, ...]
    reasons: tuple[tuple[str, int], ...] = ()
    hurt: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpactDetected:
    onset_ms: int
    uncertainty_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryDetected:
    recovered_ms: int
    uncertainty_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Paged:
    alert: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PageCleared:
    alert: str
