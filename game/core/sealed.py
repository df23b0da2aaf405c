"""What stays sealed while a run is open: facts that would tell what was broken, how, or how it is judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from game.core.duel.facts import DuelRevealed
from game.core.events import (
    AnswerRevealed,
    Closed,
    ConfigurationApplied,
    ConfigurationRefused,
    FaultArmed,
    FaultInjected,
    LaterChangeMade,
    RollbackJudged,
    RuntimeActionTaken,
    ServiceActionTaken,
)
from game.core.exercise import LbChange, LbFile, LbRuntime
from game.core.sign.facts import SignImpaired

if TYPE_CHECKING:
    from collections.abc import Sequence

    from game.core.events import Event, Recorded
    from game.core.exercise import Exercise

DONE = (ConfigurationApplied, ConfigurationRefused, RuntimeActionTaken, ServiceActionTaken)
SEALED = (
    DuelRevealed,
    FaultArmed,
    FaultInjected,
    LaterChangeMade,
    RollbackJudged,
    AnswerRevealed,
    SignImpaired,
)


def is_sealed(event: Event) -> bool:
    return isinstance(event, SEALED)


def scripted_actors(exercise: Exercise) -> frozenset[str]:
    """Everybody whom the exercise lets act. What they did is for the trainee to find: in the history, in the tables."""
    changes = [*exercise.history, *exercise.later]
    changes += [fault.change for fault in exercise.faults if isinstance(fault, LbChange)]
    actors = {fault.actor for fault in exercise.faults if isinstance(fault, LbRuntime | LbFile)}
    return frozenset(actors | {change.author for change in changes})


def told_while_open(events: Sequence[Recorded], scripted: frozenset[str]) -> tuple[Recorded, ...]:
    """What a trainee hears by itself of an open run: nothing sealed, and nothing that the exercise lets somebody do."""
    return tuple(
        recorded
        for recorded in events
        if not is_sealed(recorded.event)
        and not (isinstance(recorded.event, DONE) and recorded.event.actor in scripted)
    )


def is_closed(events: Sequence[Recorded]) -> bool:
    return any(isinstance(recorded.event, Closed) for recorded in events)


def open_to_all(events: Sequence[Recorded]) -> tuple[Recorded, ...]:
    """The events that may be shown now: all of them after the close, before it only those that give nothing away."""
    if is_closed(events):
        return tuple(events)
    return tuple(recorded for recorded in events if not is_sealed(recorded.event))
