"""The reference solution, played by machine."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from game.core.events import Closed, Resolved, RunOpened
from game.core.handoff import handoff
from game.core.score import score
from game.director.judge import well
from game.director.requests import Acknowledge
from game.rehearsal.grading import record, right_diagnosis, score_of_ending
from game.rehearsal.house import BY, RECOVERY_WITHIN_S, bitten, rehearse, wait
from game.rehearsal.leaks import leaks
from game.rehearsal.leftovers import leftovers
from game.rehearsal.mending import mend
from game.rehearsal.proof import Time

if TYPE_CHECKING:
    from pathlib import Path

    from game.core.events import RollbackJudged
    from game.core.handoff import Handoff
    from game.core.run import RunState
    from game.core.score import Score
    from game.director.order import Order
    from game.director.performance import Performance
    from game.rehearsal.bite import Bite

# How often a verdict is taken again because users were hurt while it was taken.
JUDGED_AGAIN = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """What came of the reference solution. `judged` is the verdict on the rollback; `leaked` where the marker was found.

    `named_ms`: how long after the fault the neon sign named it; None if it stayed dark, or there is none.
    `haproxy`: the version that it was played on, empty where the runtime does not tell.
    """

    bite: Bite
    recovery: Time | None
    score: Score
    achievable: int
    judged: RollbackJudged | None
    page_text: str
    named_ms: int | None
    handoff: Handoff | None
    leaked: tuple[str, ...]
    left: tuple[str, ...]
    root: Path
    haproxy: str


def play_reference(order: Order) -> Reference:
    """Solve it as the answer says: acknowledge, diagnose, revert what is guilty, wait, declare."""
    with rehearse(order) as performance:
        bite = bitten(performance)
        solved = _solve(performance, order.marker)
        performance.resolve(record(performance))
        wait(performance, "the close", lambda now: now.state.revealed is not None, RECOVERY_WITHIN_S)
        events = performance.conductor.events()
        judged = performance.conductor.glimpse().state.judged
    told = _told(performance, bite, solved, score(events), judged.event if judged else None)
    return replace(told, left=leftovers(performance.root))


def solve_and_stay(performance: Performance, bite: Bite, marker: str) -> Reference:
    """Solve it on a stack that is needed for more: judged and scored as if it had been declared over, which it is not.

    What the stack leaves is not known yet.
    """
    solved = _solve(performance, marker)
    judged = _judged_while_well(performance)
    said = record(performance)
    ending = (
        Resolved(by=BY, change=said.change, unnoticed=said.unnoticed, guard=said.guard),
        judged,
        Closed(how="resolved", reason="declared resolved after recovery"),
    )
    events = performance.conductor.events()
    return _told(performance, bite, solved, score_of_ending(performance, events, ending, later_s=0), judged)


def _judged_while_well(performance: Performance) -> RollbackJudged:
    """Judge the repair: users have recovered, or in a false alarm nobody is hurt; anything else was waited for in vain.

    Judging takes some seconds. Users whom a busy machine hurts meanwhile are waited for, as whoever declares it over would.
    """
    judged = performance.judged(recovered=True)
    for _ in range(JUDGED_AGAIN):
        if well(performance.exercise, performance.conductor.glimpse().state) is True:
            break
        _wait_until_well(performance)
        judged = performance.judged(recovered=True)
    return judged


@dataclass(frozen=True, slots=True, kw_only=True)
class _Solved:
    """When the repair began and when users had recovered, on the run clock; None when there was nothing to recover from."""

    leaked: tuple[str, ...]
    fixed_ms: int
    recovered_ms: int | None
    uncertainty_ms: int


def _solve(performance: Performance, marker: str) -> _Solved:
    performance.ask(Acknowledge(by=BY))
    performance.diagnose(right_diagnosis(performance))
    leaked = leaks(performance, marker)
    fixed_ms = performance.conductor.clock.now_ms()
    mend(performance)
    _wait_until_well(performance)
    state = performance.conductor.glimpse().state
    return _Solved(
        leaked=leaked,
        fixed_ms=fixed_ms,
        recovered_ms=state.recovered_ms,
        uncertainty_ms=state.recovery_uncertainty_ms or 0,
    )


def _wait_until_well(performance: Performance) -> None:
    """A busy machine may hurt somebody even in a false alarm; nobody declares it over while they suffer."""
    wait(
        performance, "recovery", lambda now: well(performance.exercise, now.state) is True, RECOVERY_WITHIN_S
    )


def _told(
    performance: Performance, bite: Bite, solved: _Solved, earned: Score, judged: RollbackJudged | None
) -> Reference:
    state = performance.conductor.glimpse().state
    return Reference(
        bite=bite,
        recovery=_recovery_time(solved),
        score=earned,
        achievable=earned.achievable,
        judged=judged,
        page_text=state.symptom.event.text if state.symptom else "",
        named_ms=_named_ms(state),
        handoff=handoff(performance.conductor.events()),
        leaked=solved.leaked,
        left=(),
        root=performance.root,
        haproxy=_haproxy(performance),
    )


def _named_ms(state: RunState) -> int | None:
    if state.first_sign is None or not state.faults:
        return None
    return state.first_sign.at_ms - state.faults[-1].at_ms


def _haproxy(performance: Performance) -> str:
    events = (each.event for each in performance.conductor.events())
    versions = next((event.versions for event in events if isinstance(event, RunOpened)), ())
    return dict(versions).get("haproxy", "")


def _recovery_time(solved: _Solved) -> Time | None:
    """From the repair to the recovery."""
    if solved.recovered_ms is None:
        return None
    return Time(
        seconds=round((solved.recovered_ms - solved.fixed_ms) / 1000, 2),
        uncertainty=round(solved.uncertainty_ms / 1000, 2),
    )
