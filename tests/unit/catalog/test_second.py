"""What a second round and a shift before may say, and what may not stand there."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from game.catalog.load import check_exercise, load_exercise
from game.core.second.worth import Worth
from game.errors import ExerciseInvalid

if TYPE_CHECKING:
    from game.core.stack import Stack

EXERCISES = Path(__file__).parents[3] / "exercises"


def wrong(code: str, tmp_path: Path, stack: Stack, old: str, new: str) -> set[str]:
    """The paths of what is wrong after an edit of a copy."""
    folder = Path(shutil.copytree(EXERCISES / code, tmp_path / code))
    file = folder / "exercise.yaml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ExerciseInvalid) as caught:
        check_exercise(folder, stack)
    return {problem.path for problem in caught.value.problems}


def test_what_follow_ups_are_worth_is_read(stack: Stack) -> None:
    found = load_exercise(EXERCISES / "gopak", stack, 0).exercise.follow_ups
    assert Worth(buy=("canary-step",), shows="taken-back", within_s=13) in found


def test_more_than_the_budget_buys_nothing(tmp_path: Path, stack: Stack) -> None:
    assert wrong("gopak", tmp_path, stack, "[canary-step]", "[canary-step, peer-review]") == {
        "follow_ups[3].buy"
    }


def test_the_shift_before_leaves_a_note_and_what_it_looked_at(stack: Stack) -> None:
    before = load_exercise(EXERCISES / "sirtaki", stack, 0).exercise.before
    assert before is not None
    assert ("postgres", "client postgres") in before.looked
    assert before.note.startswith("Everybody is out")


def test_a_note_is_short(tmp_path: Path, stack: Stack) -> None:
    long = "I must go" + " and go" * 120
    assert wrong("sirtaki", tmp_path, stack, "I must go", long) == {"handoff.note"}


def test_a_note_does_not_name_the_answer(tmp_path: Path, stack: Stack) -> None:
    assert "handoff.note" in wrong("sirtaki", tmp_path, stack, "I must go", "It is haproxy. I must go")
