"""Both rounds of an exercise, played by a scripted team on real stacks: open and unwatched, then with what it bought."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from game.catalog.load import load_exercise
from game.catalog.stack import load_stack
from game.core.second.rounds import Rounds, rounds
from game.director.order import Order
from game.director.second import second_round
from game.lab.data import exercises_dir, stacks_dir
from game.rehearsal.house import BY, rehearse
from game.rehearsal.team import Team

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from game.core.events import Recorded


def play_both(
    code: str, seed: int, wanted: Sequence[str], reading_s: float, told: Callable[[str], None]
) -> Rounds:
    """Play it, buy `wanted`, play it again with another seed; `reading_s` is what one look takes the team."""
    first = Order(code=code, seed=seed, team=BY)
    run, events = _played(first, Team(reading_s=reading_s, told=lambda step: told(f"round one: {step}")))
    second = replace(second_round(run, events, wanted), team=BY)
    _, after = _played(second, Team(reading_s=reading_s, told=lambda step: told(f"round two: {step}")))
    stack = load_stack(stacks_dir() / "auth")
    plain = load_exercise(exercises_dir() / code, stack, second.seed).exercise.alerts
    return rounds(events, after, plain)


def _played(order: Order, team: Team) -> tuple[str, tuple[Recorded, ...]]:
    with rehearse(order) as performance:
        team.play(performance)
        return performance.run, performance.conductor.events()
