"""A new exercise loads at once, its patches fit the stack, and nothing is left behind where one cannot be made."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from game.catalog.load import check_exercise
from game.catalog.scaffold import TITLE, scaffold
from game.core.exercise import LbChange
from game.core.haproxy.configuration import parse
from game.core.haproxy.difference import differences
from game.errors import ExerciseInvalid, UsageError

if TYPE_CHECKING:
    from game.core.stack import Stack

LB = Path(__file__).parents[3] / "stacks" / "auth" / "haproxy"
BAD_CODES = [
    "",
    "Two-Step",
    "two step",
    "two_step",
    "-two",
    "two-",
    "2step",
    "../x",
    "/tmp/x",
    "é",
    "a--b",
    "x" * 41,
    ".",
    "a\n",
]


def patched(patches: list[str], folder: Path) -> str:
    folder.mkdir()
    (folder / "haproxy.cfg").write_bytes((LB / "haproxy.cfg").read_bytes())
    for patch in patches:
        done = subprocess.run(
            ["git", "apply", "-"], cwd=folder, input=patch, capture_output=True, text=True, timeout=20, check=False
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
    return (folder / "haproxy.cfg").read_text(encoding="utf-8")


def test_a_new_exercise_loads_and_says_everything(tmp_path: Path, stack: Stack) -> None:
    folder = scaffold("beguine", "", tmp_path, stack)
    assert folder == tmp_path / "beguine"
    exercise = check_exercise(folder, stack)
    assert exercise.briefing.code == "beguine"
    assert exercise.briefing.title == TITLE
    assert len(exercise.hints) == 3
    assert len(exercise.wrong_turns) >= 3
    assert len(exercise.tour) >= 6
    assert exercise.answer.keep == ("referrer-policy",)
    text = (folder / "exercise.yaml").read_text(encoding="utf-8")
    assert text.count("\n#") >= 12
    assert not [line for line in text.splitlines() if line.endswith(" ")]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["beguine"]


def test_its_patches_fit_the_stack_and_the_fault_can_be_reverted_alone(tmp_path: Path, stack: Stack) -> None:
    exercise = check_exercise(scaffold("beguine", "", tmp_path, stack), stack)
    (fault,) = exercise.faults
    assert isinstance(fault, LbChange)
    later = [change.patch for change in exercise.later]
    faulty = patched([fault.change.patch, *later], tmp_path / "faulty")
    ideal = patched(later, tmp_path / "ideal")
    found = differences(parse(ideal), parse(faulty))
    assert [one.new for one in found] == ["http-request del-header Authorization"]
    back = subprocess.run(
        ["git", "apply", "--reverse", "-"], cwd=tmp_path / "faulty", input=fault.change.patch, text=True, timeout=20, check=False
    )  # fmt: skip
    assert back.returncode == 0
    assert (tmp_path / "faulty" / "haproxy.cfg").read_text(encoding="utf-8") == ideal


@pytest.mark.parametrize(
    "title", ['It\'s 100 %: "nobody" gets in', "Wer rein will, muß warten", "a: b # c\nd", "x" * 80]
)
def test_a_title_may_hold_anything_a_symptom_needs(title: str, tmp_path: Path, stack: Stack) -> None:
    exercise = check_exercise(scaffold("beguine", title, tmp_path, stack), stack)
    assert exercise.briefing.title == " ".join(title.split())


@pytest.mark.parametrize("title", ["x", "x" * 81, "A header dropped by HAProxy"])
def test_a_title_that_does_not_fit_leaves_nothing(title: str, tmp_path: Path, stack: Stack) -> None:
    with pytest.raises(ExerciseInvalid, match="title"):
        scaffold("beguine", title, tmp_path, stack)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("code", BAD_CODES)
def test_bad_codes_are_refused(code: str, tmp_path: Path, stack: Stack) -> None:
    with pytest.raises(UsageError, match="cannot be an exercise's code"):
        scaffold(code, "", tmp_path, stack)
    assert list(tmp_path.iterdir()) == []


def test_what_is_there_is_never_overwritten(tmp_path: Path, stack: Stack) -> None:
    (tmp_path / "beguine").mkdir()
    with pytest.raises(UsageError, match="is there already"):
        scaffold("beguine", "", tmp_path, stack)
    assert list((tmp_path / "beguine").iterdir()) == []
    with pytest.raises(UsageError, match="there is no folder"):
        scaffold("beguine", "", tmp_path / "nowhere", stack)
