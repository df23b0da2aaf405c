"""The reference solution, played by machine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from game.core.score import score
from game.director.requests import Acknowledge
from game.rehearsal.grading import record, right_diagnosis
from game.rehearsal.house import BY, RECOVERY_WITHIN_S, Bite, bitten, is_false_alarm, rehearse, wait
from game.rehearsal.leaks import leaks
from game.rehearsal.leftovers import leftovers
from game.rehearsal.mending import mend
from game.rehearsal.proof import Time

if TYPE_CHECKING:
    from pathlib import Path

    from game.core.events import RollbackJudged
    from game.core.run import RunState
    from game.core.score import Score
    from game.director.opening import Order


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """What came of the reference solution. `judged` is the verdict on the rollback; `leaked` where the marker was found.

    `named_ms`: how long after the fault the neon sign named it; None if it stayed dark, or there is none.
    """

    bite: Bite
    recovery: Time | None
    score: Score
    achievable: int
    judged: RollbackJudged | None
    page_text: str
    named_ms: int | None
    leaked: tuple[str, ...]
    left: tuple[str, ...]
    root: Path


def play_reference(order: Order) -> Reference:
    """Solve it as the answer says: acknowledge, diagnose, revert what is guilty, wait, declare."""
    with rehearse(order) as performance:
        bite = bitten(performance)
        performance.ask(Acknowledge(by=BY))
        performance.diagnose(right_diagnosis(performance))
        leaked = leaks(performance, order.marker)
        fixed_ms = performance.conductor.clock.now_ms()
        mend(performance)
        # A busy machine may hurt somebody even in a false alarm; nobody declares it over while they suffer.
        unhurt = is_false_alarm(performance)
        wait(
            performance,
            "recovery",
            lambda now: now.state.recovery is not None or (unhurt and now.state.impact is None),
            RECOVERY_WITHIN_S,
        )
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
        page_text=state.symptom.event.text if state.symptom else "",
        named_ms=_named_ms(state),
        leaked=leaked,
        left=leftovers(performance.root),
        root=performance.root,
    )


def _named_ms(state: RunState) -> int | None:
    if state.first_sign is None or not state.faults:
        return None
    return state.first_sign.at_ms - state.faults[-1].at_ms


def _recovery_time(state: RunState, fixed_ms: int) -> Time | None:
    """From the repair to the recovery; None when there was nothing to recover from."""
    if state.recovered_ms is None:
        return None
    return Time(
        seconds=round((state.recovered_ms - fixed_ms) / 1000, 2),
        uncertainty=round((state.recovery_uncertainty_ms or 0) / 1000, 2),
    )
