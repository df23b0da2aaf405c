"""Looking at users for a while: what they get from a moment on, for as long as it takes to tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from game.rehearsal.bite import samples_since
from game.rehearsal.house import recovers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from game.core.events import LoadSampled
    from game.director.conductor import Glimpse
    from game.director.performance import Performance
    from game.rehearsal.bite import Bite

# Whole seconds of load to judge what was done by, fewer if they are clear, and how long they may take: clients wait two seconds,
# and are told later.
LOOK_SAMPLES = 2
LOOK_WITHIN_S = 15.0
# Of what failed before, a second with at most, or at least, such a share of it leaves no doubt.
CLEARLY_WELL = 0.1
CLEARLY_BAD = 0.85


def look(
    performance: Performance, settle_s: float, bite: Bite | None = None, surely_s: float | None = None
) -> tuple[bool, Sequence[LoadSampled]]:
    """Watch users from `settle_s` after now on: whether they have recovered by then, and the seconds of load that tell.

    `bite`: how the fault bit before; a second that is clearly as bad, or clearly well, is enough then. `surely_s`: from when on
    a second that is clearly as bad is enough, even before everything has settled.
    """
    conductor = performance.conductor
    now_ms = conductor.clock.now_ms()
    from_ms = now_ms + round(settle_s * 1000)
    surely_ms = from_ms if surely_s is None else now_ms + round(surely_s * 1000)
    told: Sequence[LoadSampled] = ()

    def enough(now: Glimpse) -> bool:
        nonlocal told
        told = telling(now.progress.recent, from_ms, bite, surely_ms)
        return now.state.closed is not None or bool(told)

    conductor.wait_for(enough, settle_s + LOOK_WITHIN_S)
    return recovers(performance, 0), told or samples_since(performance, from_ms)


def telling(
    recent: Sequence[LoadSampled], from_ms: int, bite: Bite | None, surely_ms: int
) -> Sequence[LoadSampled]:
    """The seconds that tell what users get since a moment, as far as they tell enough by now; see `look`."""
    settled = [sample for sample in recent if sample.from_ms >= from_ms]
    if len(settled) >= LOOK_SAMPLES:
        return settled
    if bite is None:
        return ()
    if settled and not CLEARLY_WELL < bite.left(settled) < CLEARLY_BAD:
        return settled
    latest = [sample for sample in recent if sample.from_ms >= surely_ms][-1:]
    return latest if latest and bite.left(latest) >= CLEARLY_BAD else ()
