"""Put requests back into the order of their start: a slow request is told later than a quick one that began after it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from game.core.outcome import LoadBatch, Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """A stretch of load that nothing can be added to: every request started before `settled_ms`, in order of start.

    `planned` is how many requests were due in the stretch; fewer outcomes than that means that some were lost.
    """

    settled_ms: int
    planned: int
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reorder:
    """Outcomes told but not settled yet; at most what was due within one client timeout."""

    waiting: tuple[Outcome, ...] = ()


def release(reorder: Reorder, batch: LoadBatch) -> tuple[Reorder, Settled]:
    """Take a batch in; give back what it settles."""
    known = sorted(
        (*reorder.waiting, *batch.outcomes), key=lambda outcome: (outcome.started_ms, outcome.user)
    )
    ready = tuple(outcome for outcome in known if outcome.started_ms < batch.settled_ms)
    settled = Settled(settled_ms=batch.settled_ms, planned=batch.planned, outcomes=ready)
    return Reorder(waiting=tuple(known[len(ready) :])), settled
