"""How far the script of a run has come: a fold over its events that only the director needs."""

from __future__ import annotations

from dataclasses import dataclass, replace

from game.core.events import (
    Event,
    FaultArmed,
    FaultInjected,
    LaterChangeMade,
    LoadSampled,
    LoadStarted,
    MessageReceived,
    SteadyStateProved,
)

RECENT_SAMPLES = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """`recent` are the latest samples, oldest first, at most RECENT_SAMPLES; `revisions` of the faults, in order."""

    load_started_ms: int | None = None
    steady_at_ms: int | None = None
    armed: int = 0
    injected: int = 0
    injected_at_ms: int = 0
    revisions: tuple[str, ...] = ()
    later_made: int = 0
    messages: int = 0
    recent: tuple[LoadSampled, ...] = ()


def progressed(progress: Progress, event: Event, at_ms: int) -> Progress:
    """Take one more event into account."""
    match event:
        case LoadStarted():
            return replace(progress, load_started_ms=at_ms)
        case LoadSampled():
            return replace(progress, recent=(*progress.recent, event)[-RECENT_SAMPLES:])
        case SteadyStateProved():
            return replace(progress, steady_at_ms=at_ms)
        case FaultArmed():
            return replace(progress, armed=progress.armed + 1)
        case FaultInjected(revision=revision):
            return replace(
                progress,
                injected=progress.injected + 1,
                injected_at_ms=at_ms,
                revisions=(*progress.revisions, revision),
            )
        case LaterChangeMade():
            return replace(progress, later_made=progress.later_made + 1)
        case MessageReceived(inject=False):
            return replace(progress, messages=progress.messages + 1)
        case _:
            return progress
