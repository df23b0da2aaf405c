"""What a duel in exercise.yaml has to be, and every way in which it may not be, named by its place."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from game.catalog.load import check_exercise, load_exercise
from game.core.duel.plan import dealt
from game.errors import ExerciseInvalid

if TYPE_CHECKING:
    from game.core.stack import Stack

EXERCISES = Path(__file__).parents[3] / "exercises"


@pytest.fixture
def duel(tmp_path: Path) -> Path:
    return Path(shutil.copytree(EXERCISES / "polonaise", tmp_path / "polonaise"))


def wrong(folder: Path, stack: Stack, old: str, new: str) -> set[str]:
    """The paths of what is wrong after an edit."""
    file = folder / "exercise.yaml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ExerciseInvalid) as caught:
        check_exercise(folder, stack)
    return {problem.path for problem in caught.value.problems}


@pytest.mark.parametrize("code", ["polonaise", "trepak"])
def test_every_offer_becomes_a_change_with_its_patch(code: str, stack: Stack) -> None:
    plan = load_exercise(EXERCISES / code, stack, 0).exercise.duel
    assert plan is not None
    assert all(one.change.patch.startswith("--- a/") for one in plan.offers)
    assert all(one.good == (one.hurts == (0.0, 0.0)) for one in plan.offers)
    assert len(dealt(plan, 0)) == plan.deal


def test_a_duel_breaks_nothing_by_itself(duel: Path, stack: Stack) -> None:
    runtime = '[{kind: lb_runtime, actor: netops, commands: ["clear counters"], revert: ["clear counters"]}]'
    assert "faults" in wrong(duel, stack, "faults: [{kind: none}]", f"faults: {runtime}")


def test_there_have_to_be_enough_of_both_kinds(duel: Path, stack: Stack) -> None:
    assert wrong(duel, stack, "deal: 6", "deal: 13") == {"duel.deal"}


def test_par_lies_within_patience(duel: Path, stack: Stack) -> None:
    assert wrong(duel, stack, "par_s: 60", "par_s: 150") == {"duel.par_s"}


def test_a_bad_one_says_whom_it_hurts_and_a_good_one_does_not(duel: Path, stack: Stack) -> None:
    assert wrong(duel, stack, "hurts: [0.08, 0.3]", "# nobody") == {"duel.offers[6].hurts"}


def test_every_offer_has_a_patch_and_an_id_of_its_own(duel: Path, stack: Stack) -> None:
    assert wrong(duel, stack, "patch: patches/referrer.patch", "patch: patches/none.patch") == {
        "duel.offers[2].patch"
    }
    assert wrong(duel, stack, "id: login-room", "id: keep-alive") >= {
        "duel.offers[0].id",
        "duel.offers[1].id",
    }
