"""What is played: the run sheet's rounds, and their exercises as the catalogue has them."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from game.catalog.load import load_exercise
from game.catalog.stack import load_stack
from game.errors import Refused, UsageError
from game.lab.data import exercises_dir, stacks_dir

if TYPE_CHECKING:
    from game.core.contest.facts import RoundPlan
    from game.core.exercise import Exercise
    from game.event.record import Record


class Playbill:
    """Each exercise is loaded once. It holds answers: what it gives is for the game and the facilitator."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self._lock = threading.Lock()
        self._loaded: dict[tuple[str, int], Exercise] = {}

    def planned(self, number: int) -> RoundPlan:
        """The run sheet's round, counting from 0."""
        opened = self._record.floor.opened
        planned = opened.rounds if opened else ()
        if number >= len(planned):
            raise Refused("the run sheet is at its end", hint="name an exercise for another round")
        return planned[number]

    def exercise(self, plan: RoundPlan) -> Exercise:
        key = (plan.exercise, plan.seed)
        with self._lock:
            if key not in self._loaded:
                folder = exercises_dir() / plan.exercise
                if not (folder / "exercise.yaml").is_file():
                    raise UsageError(f"there is no exercise {plan.exercise!r}", hint="danceoff list")
                stack = load_stack(stacks_dir() / "auth")
                self._loaded[key] = load_exercise(folder, stack, plan.seed).exercise
            return self._loaded[key]

    @property
    def present(self) -> Exercise | None:
        """The latest round's; None before the first."""
        current = self._record.floor.round
        return self.exercise(current.plan) if current else None
