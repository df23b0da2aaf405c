"""Is the stack in steady state? Judged on what users got, before anything is broken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from game.core.events import LoadSampled, SteadyStateProved

if TYPE_CHECKING:
    from game.core.exercise import SteadyState

WARM_UP_MS = 2_500


def steady_state(
    wanted: SteadyState, samples: tuple[LoadSampled, ...], load_started_ms: int
) -> SteadyStateProved | None:
    """The proof, once the samples of the latest `window_s` seconds (warm-up left out) meet every bound; else None.

    The latency bound is held against the worst second, which is stricter than the window's own percentile.
    """
    warm = [sample for sample in samples if sample.from_ms >= load_started_ms + WARM_UP_MS]
    window = warm[-wanted.window_s :]
    if len(window) < wanted.window_s:
        return None
    offered = sum(sample.offered for sample in window)
    bad = sum(sample.bad for sample in window)
    p95_ms = max(sample.p95_ms for sample in window)
    if offered == 0 or bad > offered * (1 - wanted.success) or p95_ms > wanted.p95_ms or window[-1].limbo:
        return None
    return SteadyStateProved(
        window_ms=window[-1].to_ms - window[0].from_ms, offered=offered, bad=bad, p95_ms=p95_ms
    )
