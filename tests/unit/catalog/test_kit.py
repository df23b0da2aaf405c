"""What the catalogue as a whole promises: how many, how varied, and what each of them tells."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from game.catalog.load import load_exercise
from game.core.exercise import Exercise, LbChange

if TYPE_CHECKING:
    from game.core.stack import Stack

EXERCISES = Path(__file__).parents[3] / "exercises"
CODES = sorted(path.parent.name for path in EXERCISES.glob("*/exercise.yaml"))
SEEDS = 20
ANSWERS = 8
# Headings that begin with one of these: what a debrief teaches. Nobody overlooked anything where nothing was wrong.
TAUGHT = (
    ("what happened",),
    ("why nobody noticed", "why it is hard"),
    ("the signal that shows it first", "the signals that show it first"),
    ("guards", "the guard"),
    ("further reading",),
)


@pytest.fixture(scope="module")
def kit(stack: Stack) -> dict[str, Exercise]:
    return {code: load_exercise(EXERCISES / code, stack, 0).exercise for code in CODES}


def blamed(exercise: Exercise) -> bool:
    """Whether the load balancer is to blame."""
    return exercise.answer.component == "haproxy"


def test_it_is_a_course_from_the_first_level_to_the_last(kit: dict[str, Exercise]) -> None:
    assert len(kit) >= 48
    levels = [exercise.briefing.level for exercise in kit.values()]
    assert all(levels.count(level) >= 4 for level in range(1, 6)), levels


def test_each_kind_of_user_is_once_the_only_one_who_feels_it(kit: dict[str, Exercise], stack: Stack) -> None:
    alone = [
        exercise.answer.scope_cohort for exercise in kit.values() if exercise.answer.scope_cohort != "all"
    ]
    everybody = {cohort.name for cohort in stack.cohorts}
    assert set(alone) == everybody - {"web"}
    assert len(alone) >= 8


def test_every_sort_of_incident_is_there(kit: dict[str, Exercise]) -> None:
    played = [exercise for exercise in kit.values() if exercise.duel is None]
    innocent_file = [
        one for one in played if blamed(one) and not any(isinstance(fault, LbChange) for fault in one.faults)
    ]
    looks_fixed = [
        one for one in played if any(turn.expect == "looks_fixed_but_is_not" for turn in one.wrong_turns)
    ]
    assert len(innocent_file) >= 5
    assert len(looks_fixed) >= 5
    assert len([one for one in played if one.false_alarm]) >= 2
    assert len([one for one in played if not blamed(one) and not one.false_alarm]) >= 6
    assert len([one for one in played if len(one.faults) > 1]) >= 4
    assert len([one for one in played if one.inspired_by]) >= 6


def test_many_have_another_answer_with_another_seed(stack: Stack) -> None:
    assert len([code for code in CODES if varies(code, stack)]) >= 24


def varies(code: str, stack: Stack) -> bool:
    found = set()
    for seed in range(SEEDS):
        found.add(load_exercise(EXERCISES / code, stack, seed).exercise.answer)
        if len(found) >= ANSWERS:
            return True
    return False


@pytest.mark.parametrize("code", CODES)
def test_each_nudges_in_three_steps_and_teaches(code: str, stack: Stack) -> None:
    exercise = load_exercise(EXERCISES / code, stack, 0).exercise
    costs = [hint.cost for hint in exercise.hints]
    assert len(costs) == 3
    assert costs == sorted(costs), "the later it is, the more it tells"
    lines = [
        line.lstrip("#-* ").lower() for line in (EXERCISES / code / "debrief.md").read_text().splitlines()
    ]
    for headings in TAUGHT:
        assert any(line.startswith(headings) for line in lines), headings
