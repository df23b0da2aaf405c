from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from game.catalog.stack import load_stack

if TYPE_CHECKING:
    from game.core.stack import Stack

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def stack() -> Stack:
    return load_stack(ROOT / "stacks" / "auth")


@pytest.fixture(scope="session")
def macarena() -> Path:
    return ROOT / "exercises" / "macarena"


@pytest.fixture
def copied(tmp_path: Path, macarena: Path) -> Path:
    """A copy of the exercise that a test may spoil."""
    return Path(shutil.copytree(macarena, tmp_path / "macarena"))
