"""What stays sealed while a run is open: facts that would tell what was broken, how, or how it is judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from game.core.events import (
    AnswerRevealed,
    Closed,
    FaultArmed,
    FaultInjected,
    LaterChangeMade,
    RollbackJudged,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from game.core.events import Event, Recorded

SEALED = (FaultArmed, FaultInjected, LaterChangeMade, RollbackJudged, AnswerRevealed)


def is_sealed(event: Event) -> bool:
    return isinstance(event, SEALED)


def is_closed(events: Sequence[Recorded]) -> bool:
    return any(isinstance(recorded.event, Closed) for recorded in events)


def open_to_all(events: Sequence[Recorded]) -> tuple[Recorded, ...]:
    """The events that may be shown now: all of them after the close, before it only those that give nothing away."""
    if is_closed(events):
        return tuple(events)
    return tuple(recorded for recorded in events if not is_sealed(recorded.event))
