"""A word planted into an exercise's answer, so that a rehearsal can search for it wherever a trainee can look."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from game.core.duel.plan import DuelPlan
    from game.core.exercise import Exercise


def marked(exercise: Exercise, marker: str) -> Exercise:
    """The exercise with the marker in every text of its answer."""
    answer = exercise.answer
    planted = replace(
        answer,
        debrief=f"{answer.debrief}\n{marker}",
        signal=f"{answer.signal} {marker}",
        guards=(*answer.guards, marker),
    )
    return replace(exercise, answer=planted, duel=_in_lessons(exercise.duel, marker))


def _in_lessons(duel: DuelPlan | None, marker: str) -> DuelPlan | None:
    if duel is None:
        return None
    return replace(duel, offers=tuple(replace(one, lesson=f"{one.lesson} {marker}") for one in duel.offers))
