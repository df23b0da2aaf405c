"""How long an exercise takes to prove, from its data alone: who plays many begins with the longest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from game.catalog.load import load_exercise
from game.catalog.stack import load_stack
from game.errors import UsageError
from game.lab.data import exercises_dir, stacks_dir

if TYPE_CHECKING:
    from game.core.exercise import Exercise

# A stack's start, the solution, and the way back; then what every wrong turn takes besides its own settling.
FRAME_S = 35.0
TURN_S = 6.0


def longest_first(codes: tuple[str, ...]) -> tuple[str, ...]:
    """Order exercises so that no long one is left over at the end; one that does not load comes first, to be told of soon."""
    stack = load_stack(stacks_dir() / "auth")

    def key(code: str) -> tuple[bool, float]:
        try:
            return True, -length_s(load_exercise(exercises_dir() / code, stack, 0).exercise)
        except UsageError:
            return False, 0.0

    return tuple(sorted(codes, key=key))


def length_s(exercise: Exercise) -> float:
    """Estimate the seconds of stack time: the alert's window once, and every wrong turn's settling."""
    alerts = max((rule.window_s + rule.for_s for rule in exercise.alerts), default=0)
    return FRAME_S + alerts + sum(TURN_S + turn.settle_s for turn in exercise.wrong_turns)
