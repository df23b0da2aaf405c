"""All of an exercise on one stack: the solution first, then the fault again, the wrong turns, and at last a blind revert.

One stack is started instead of several; what was played beside each other is played one after another.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from game.core.events import Acknowledged
from game.rehearsal.blind import CALM_MS
from game.rehearsal.house import rehearse
from game.rehearsal.leftovers import leftovers
from game.rehearsal.mending import ToothlessFault, put_back, standing
from game.rehearsal.reference import solve_and_stay
from game.rehearsal.turns import gathered, paged, take_turns

if TYPE_CHECKING:
    from game.director.order import Order
    from game.rehearsal.proof import Time
    from game.rehearsal.reference import Reference
    from game.rehearsal.turns import Last, Turns

# How much longer than users took to feel the right repair any other is given, and the least, in seconds.
CURE_TIMES = 2
CURE_LEAST_S = 2.0
# After the right repair a fault bites as it did at first, or something lasts that only a new stack forgets.
BITES_AGAIN_WITHIN_S = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """`turns` is None where the repaired fault did not bite again: they need a stack of their own then."""

    reference: Reference
    turns: Turns | None


def play_together(order: Order, lasts: tuple[Last, ...]) -> Together:
    """Solve it, break it again, and take the wrong turns."""
    taken: Turns | None = None
    with rehearse(replace(order, calm_ms=CALM_MS), patient=True) as performance:
        at_page = paged(performance)
        before = standing(performance)
        reference = solve_and_stay(performance, at_page.bite, order.marker)
        acknowledged = tuple(
            recorded
            for recorded in performance.conductor.events()
            if isinstance(recorded.event, Acknowledged)
        )
        try:
            put_back(performance, before, cured=True, within_s=BITES_AGAIN_WITHIN_S)
        except ToothlessFault:
            pass
        else:
            known = replace(
                at_page, events=(*at_page.events, *acknowledged), cure_s=_cure_s(reference.recovery)
            )
            taken = take_turns(performance, known, gathered(performance.exercise), lasts)
    left = leftovers(performance.root)
    return Together(
        reference=replace(reference, left=left), turns=replace(taken, left=left) if taken else None
    )


def _cure_s(recovery: Time | None) -> float | None:
    """How long a repair needs until users feel it, by what the right one took."""
    if recovery is None:
        return None
    return max(CURE_LEAST_S, CURE_TIMES * (recovery.seconds + recovery.uncertainty))
