"""A blind revert: everything back to the oldest revision, without understanding anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from game.core.events import Closed, FaultArmed, ImpactDetected, Paged, Resolved
from game.core.sign.facts import NEON
from game.director.requests import Acknowledge
from game.rehearsal.bite import STILL_BAD, samples_since
from game.rehearsal.grading import score_of_ending
from game.rehearsal.house import BY, RECOVERY_WITHIN_S, recovers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from game.core.events import Recorded
    from game.director.performance import Performance
    from game.rehearsal.bite import Bite

# How long the fault is held back after the steady state, to see that nobody is paged without it either.
CALM_MS = 1_000
# A revert that leaves users failing this long after it has not helped; no need to wait longer.
HELPS_WITHIN_S = 6.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Blind:
    """`calm`: nobody was hit or paged while the fault was held back. `score` as if nothing else had been tried."""

    score: int
    recovered: bool
    calm: bool


def play_blind_revert(performance: Performance, base: Sequence[Recorded], bite: Bite) -> Blind:
    """Put everything back and declare it over. `base` are the facts up to the page or its acknowledgement: what was tried since does not count."""
    conductor = performance.conductor
    mark = len(conductor.events())
    if conductor.glimpse().state.acknowledgement is None:
        performance.ask(Acknowledge(by=BY))
    performance.desk.restore(BY, "1")
    recovered = not performance.exercise.false_alarm and _recovers(performance, bite)
    # Strangers who are not served could only take points away, and it is to earn few even without them.
    judged = performance.judged(recovered=recovered, counts=False)
    told = Resolved(by=BY, change="", unnoticed="reverted everything", guard="peer-review")
    closed = Closed(how="resolved" if recovered else "timed-out", reason="the rehearsal is over")
    own = conductor.events()[mark:]
    broken = performance.exercise.sign.broken
    wolf = broken is not None and broken.how == "cries-wolf"
    total = score_of_ending(performance, (*base, *own), (told, judged, closed)).total
    return Blind(score=total, recovered=recovered, calm=calm_before_fault(base, wolf=wolf))


def _recovers(performance: Performance, bite: Bite) -> bool:
    """Wait for a recovery, as long as it looks as if there could be one."""
    from_ms = performance.conductor.clock.now_ms()
    if recovers(performance, HELPS_WITHIN_S):
        return True
    if bite.left(samples_since(performance, from_ms)) >= STILL_BAD:
        return False
    return recovers(performance, RECOVERY_WITHIN_S)


def calm_before_fault(events: Sequence[Recorded], *, wolf: bool = False) -> bool:
    """Whether nobody was hit and nobody paged from steady state to the first fault, which bites before its making is recorded.

    `wolf`: the neon sign cries wolf in this exercise, so that its own pages say nothing.
    """
    for recorded in events:
        match recorded.event:
            case FaultArmed():
                return True
            case Paged(alert=alert) if wolf and alert == NEON:
                continue
            case ImpactDetected() | Paged():
                return False
            case _:
                continue
    return True
