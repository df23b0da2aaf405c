"""The original incident's timings, and any run's, as marks on one axis: time since users were first hurt."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from game.core.durations import MINUTE_MS


class Moment(StrEnum):
    """The milestones that runs are compared at."""

    PAGE = "page"
    ACKNOWLEDGED = "acknowledged"
    DIAGNOSIS = "diagnosis"
    RECOVERY = "recovery"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One runner at one milestone. `at_ms` since impact; the uncertainty only where the time was measured."""

    moment: Moment
    at_ms: int
    uncertainty_ms: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Runner:
    """Whom the marks belong to: this run, par, the original incident, somebody's best."""

    name: str
    marks: tuple[Mark, ...]

    def mark(self, moment: Moment) -> Mark | None:
        return next((mark for mark in self.marks if mark.moment is moment), None)


ORIGINAL = Runner(
    name="original outage",
    marks=(
        Mark(moment=Moment.PAGE, at_ms=15 * MINUTE_MS),
        Mark(moment=Moment.DIAGNOSIS, at_ms=120 * MINUTE_MS),
        Mark(moment=Moment.RECOVERY, at_ms=180 * MINUTE_MS),
        Mark(moment=Moment.CLOSED, at_ms=240 * MINUTE_MS),
    ),
)
"""17 November 2023, minutes after 08:00 UTC. Nobody wrote down when the page was acknowledged."""
