"""Whatever a seed deals and whatever is let through of it: every change still fits, and a bad one can be taken back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from game.catalog.load import load_exercise
from game.core.duel.plan import dealt
from game.lab.lb.files import read_files
from game.lab.lb.patching import ideal
from game.lab.lb.repository import LbRepository

if TYPE_CHECKING:
    from game.core.stack import Stack

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("code", ["polonaise", "trepak"])
@pytest.mark.parametrize("seed", range(3))
def test_a_credulous_reviewer_gets_to_the_end(code: str, seed: int, stack: Stack, tmp_path: Path) -> None:
    exercise = load_exercise(ROOT / "exercises" / code, stack, seed).exercise
    assert exercise.duel is not None
    repository = LbRepository(tmp_path / "lb")
    files = {path: text.replace("@", "") for path, text in read_files(ROOT / "stacks/auth/haproxy").items()}
    history = [replace(one, patch=_unfilled(one.patch)) for one in exercise.history]
    repository.create(files, history, 1_750_000_000)
    good = []
    for offer in dealt(exercise.duel, seed):
        change = replace(offer.change, patch=_unfilled(offer.change.patch))
        repository.commit_change(change)
        if offer.good:
            good.append(change)
        else:
            repository.commit_change(replace(change, message="take it back"), undo=True)
    assert repository.files_at("HEAD") == ideal(files, [*history, *good])


def _unfilled(patch: str) -> str:
    """Placeholders are filled by a run; here they are words like any other. What begins a hunk keeps its signs."""
    return "\n".join(line if line.startswith("@@") else line.replace("@", "") for line in patch.split("\n"))
