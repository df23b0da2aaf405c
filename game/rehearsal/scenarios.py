"""The ways an exercise is played by machine: the reference solution, a blind revert, and no fault at all."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from game.core.events import FaultInjected, ImpactDetected, Paged
from game.core.score import score
from game.director.requests import Acknowledge, Resolve
from game.rehearsal.grading import record, right_diagnosis
from game.rehearsal.house import (
    BY,
    Bite,
    bitten,
    is_false_alarm,
    rehearse,
    samples_since,
    share_of_requests,
    wait,
)
from game.rehearsal.leaks import leaks
from game.rehearsal.leftovers import leftovers
from game.rehearsal.mending import mend
from game.rehearsal.proof import Time

if TYPE_CHECKING:
    from game.core.events import RollbackJudged
    from game.core.run import RunState
    from game.core.score import Score
    from game.director.opening import Order
    from game.director.performance import Performance

RECOVERY_WITHIN_S = 45
# A revert that leaves users failing this long after it has not helped; no need to wait longer.
HELPS_WITHIN_S = 6.0
STILL_BAD = 0.5
CALM_MS = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """What came of the reference solution. `judged` is the verdict on the rollback; `leaked` where the marker was found."""

    bite: Bite
    recovery: Time | None
    score: Score
    achievable: int
    judged: RollbackJudged | None
    page_text: str
    leaked: tuple[str, ...]
    left: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Blind:
    """`calm`: nobody was hit or paged while the fault was held back."""

    score: int
    recovered: bool
    calm: bool
    left: tuple[str, ...]


def play_reference(order: Order) -> Reference:
    """Solve it as the answer says: acknowledge, diagnose, revert what is guilty, wait, declare."""
    with rehearse(order) as performance:
        bite = bitten(performance)
        performance.ask(Acknowledge(by=BY))
        performance.diagnose(right_diagnosis(performance))
        leaked = leaks(performance, order.marker)
        fixed_ms = performance.conductor.clock.now_ms()
        mend(performance)
        if not is_false_alarm(performance):
            wait(performance, "recovery", lambda now: now.state.recovery is not None, RECOVERY_WITHIN_S)
        performance.resolve(record(performance))
        wait(performance, "the close", lambda now: now.state.revealed is not None, RECOVERY_WITHIN_S)
        events = performance.conductor.events()
        state = performance.conductor.glimpse().state
    earned = score(events)
    return Reference(
        bite=bite,
        recovery=_recovery_time(state, fixed_ms),
        score=earned,
        achievable=earned.achievable,
        judged=state.judged.event if state.judged else None,
        page_text=state.page.event.text if state.page else "",
        leaked=leaked,
        left=leftovers(performance.root),
    )


def play_blind_revert(order: Order) -> Blind:
    """Hold the fault back for a while, then put everything back to the oldest revision without understanding anything."""
    with rehearse(replace(order, calm_ms=CALM_MS)) as performance:
        bite = bitten(performance)
        performance.ask(Acknowledge(by=BY))
        performance.desk.restore(BY, "1")
        recovered = not is_false_alarm(performance) and _recovers(performance, bite)
        performance.resolve(Resolve(by=BY, change="", unnoticed="reverted everything", guard="peer-review"))
        if recovered:
            wait(performance, "the close", lambda now: now.state.revealed is not None, RECOVERY_WITHIN_S)
        performance.close("timed-out", "the rehearsal is over")
        total = score(performance.conductor.events()).total
        calm = calm_before_fault(performance)
    return Blind(score=total, recovered=recovered, calm=calm, left=leftovers(performance.root))


def _recovers(performance: Performance, bite: Bite) -> bool:
    """Wait for a recovery, as long as it looks as if there could be one."""
    conductor, from_ms = performance.conductor, performance.conductor.clock.now_ms()
    if conductor.wait_for(lambda now: now.state.recovery is not None, HELPS_WITHIN_S):
        return True
    if share_of_requests(samples_since(performance, from_ms)) >= bite.request_share * STILL_BAD:
        return False
    return conductor.wait_for(lambda now: now.state.recovery is not None, RECOVERY_WITHIN_S)


def _recovery_time(state: RunState, fixed_ms: int) -> Time | None:
    """From the repair to the recovery; None when there was nothing to recover from."""
    if state.recovered_ms is None:
        return None
    return Time(
        seconds=round((state.recovered_ms - fixed_ms) / 1000, 2),
        uncertainty=round((state.recovery_uncertainty_ms or 0) / 1000, 2),
    )


def calm_before_fault(performance: Performance) -> bool:
    """Whether nobody was hit and nobody paged from steady state to the first fault."""
    for recorded in performance.conductor.events():
        match recorded.event:
            case FaultInjected():
                return True
            case ImpactDetected() | Paged():
                return False
            case _:
                continue
    return True
