"""How long an exercise takes to prove, from its data alone: who plays many mixes long ones and short ones."""

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


def mixed(codes: tuple[str, ...]) -> tuple[str, ...]:
    """Order exercises: the longest, the shortest, the next longest, and so on, so that the hard ones are not all played at once.

    Those of middling length are left for the end; what does not load counts as longest, and is told of soon.
    """
    stack = load_stack(stacks_dir() / "auth")

    def key(code: str) -> tuple[bool, float]:
        try:
            return True, -length_s(load_exercise(exercises_dir() / code, stack, 0).exercise)
        except UsageError:
            return False, 0.0

    left = sorted(codes, key=key)
    return tuple(left.pop(0 if place % 2 == 0 else -1) for place in range(len(codes)))


def length_s(exercise: Exercise) -> float:
    """Estimate the seconds of stack time: the alert's window once, and every wrong turn's settling."""
    alerts = max((rule.window_s + rule.for_s for rule in exercise.alerts), default=0)
    return FRAME_S + alerts + sum(TURN_S + turn.settle_s for turn in exercise.wrong_turns)
