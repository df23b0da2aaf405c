"""All that the director's decisions depend on, and what a decision is: facts to record now, effects to carry out afterwards."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from game.director.effects import Effect, Finish
from game.errors import Refused

if TYPE_CHECKING:
    from game.core.events import Event
    from game.core.exercise import Exercise
    from game.core.timeline import RunState
    from game.director.progress import Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    events: tuple[Event, ...] = ()
    effects: tuple[Effect, ...] = ()
    reply: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """All that decisions depend on.

    `calm_ms`: how long steady state must last before the first fault; `owners`: the layer that can undo each fault.
    `held_back`: the fault has to wait for other runs; `halted`: why somebody made the clock stand, if so.
    """

    exercise: Exercise
    state: RunState
    progress: Progress
    at_ms: int
    launched: frozenset[Effect] = field(default_factory=frozenset)
    calm_ms: int = 0
    owners: tuple[str, ...] = ()
    held_back: bool = False
    halted: str = ""


def require_open(situation: Situation) -> None:
    """Raise Refused before the run has begun and once it is over."""
    if situation.state.closed is not None or any(isinstance(effect, Finish) for effect in situation.launched):
        raise Refused("this run is over", hint="see `danceoff debrief`")
    if situation.state.opened is None:
        raise Refused("this run has not begun", hint="wait until the stack is up")


def require_going(situation: Situation) -> None:
    """Raise Refused while the clock stands on purpose: whoever could act then would have all the time of the world."""
    if situation.halted:
        raise Refused(f"the clock stands: {situation.halted}", hint="wait until it goes on")
