"""A run for a rehearsal: opened without a trainee, closed whatever happens, with the waiting that every scenario needs."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import wait as all_done
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from game.director.performance import open_performance
from game.errors import ServiceFailed
from game.rehearsal.bite import bite
from game.rehearsal.slots import slot, starting, wait_for_room

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from game.director.conductor import Glimpse
    from game.director.order import Order
    from game.director.performance import Performance
    from game.rehearsal.bite import Bite

STEADY_WITHIN_S = 60
FAULT_WITHIN_S = 15
PAGE_WITHIN_S = 60
RECOVERY_WITHIN_S = 45
# Whoever interrupts does not wait longer than this for order.
STRUCK_WITHIN_S = 8.0
BY = "rehearsal"
_going: set[Performance] = set()


@contextmanager
def rehearse(order: Order, *, patient: bool = False) -> Iterator[Performance]:
    """Open a run and wait for its steady state; close it in the end.

    `patient`: there are other exercises on the machine. It starts once there is room, and the next one once its users are
    in: users who all log in at first cost more than they do afterwards.
    """
    with ExitStack() as held:
        with starting():
            held.enter_context(slot())
            if patient:
                wait_for_room()
            performance = open_performance(order, lambda _step: None)
            _going.add(performance)
            held.callback(_going.discard, performance)
            held.callback(performance.close, "aborted", "the rehearsal is over")
            if patient:
                wait(performance, "users who are in", _are_in, STEADY_WITHIN_S)
        wait(performance, "steady state", lambda now: now.state.steady is not None, STEADY_WITHIN_S)
        yield performance


def strike() -> None:
    """Close every rehearsal of this process, all at once: somebody interrupts them.

    What does not end in time is left to the reaper, which removes it when this process is gone.
    """
    struck = tuple(_going)
    hands = ThreadPoolExecutor(max_workers=max(1, len(struck)))
    closing = [hands.submit(performance.close, "aborted", "interrupted") for performance in struck]
    all_done(closing, timeout=STRUCK_WITHIN_S)
    hands.shutdown(wait=False)


def _are_in(now: Glimpse) -> bool:
    """Whether a second has gone by in which everybody was served."""
    return any(sample.offered and not sample.bad for sample in now.progress.recent)


def wait(performance: Performance, what: str, condition: Callable[[Glimpse], bool], within_s: float) -> None:
    """Wait for something that must come; ServiceFailed names it when it does not, or when the run ends instead."""
    conductor = performance.conductor
    came = conductor.wait_for(lambda now: condition(now) or now.state.closed is not None, within_s)
    glimpse = conductor.glimpse()
    if came and condition(glimpse):
        return
    closed = glimpse.state.closed
    why = (
        f"the run ended as {closed.event.how}: {closed.event.reason}"
        if closed
        else f"not within {within_s:.0f} s"
    )
    raise ServiceFailed(f"waited for {what} in vain: {why}", hint=f"evidence: {performance.root}/logs")


def bitten(performance: Performance) -> Bite:
    """Wait until the page has fired and all later changes are made, and measure what users felt until then."""
    faults, later = len(performance.exercise.faults), len(performance.exercise.later)
    wait(performance, "the fault", lambda now: now.progress.injected >= faults, FAULT_WITHIN_S)
    wait(performance, "the page", lambda now: now.state.symptom is not None, PAGE_WITHIN_S)
    wait(performance, "the later changes", lambda now: now.progress.later_made >= later, FAULT_WITHIN_S)
    return bite(performance)


def recovers(performance: Performance, within_s: float) -> bool:
    """Whether a recovery is there, or comes."""
    return performance.conductor.wait_for(lambda now: now.state.recovery is not None, within_s)
