"""Stacks of one's own for a test, taken down after it."""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from game.catalog.stack import load_stack
from game.lab.data import stacks_dir
from game.lab.home import Home
from game.lab.runtime.processes import ProcessRuntime
from tests.stack.runtime.contract import Made

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture(scope="session")
def shared_home() -> Iterator[Home]:
    """Somewhere that the servers' account can pass through; pytest's own folders are closed to it."""
    folder = Path(tempfile.mkdtemp(prefix="dh-", dir="/tmp"))
    folder.chmod(0o711)
    yield Home(path=folder)
    shutil.rmtree(folder)


@pytest.fixture
def make(shared_home: Home) -> Iterator[Callable[[], Made]]:
    """Return what prepares a new stack."""
    made: list[ProcessRuntime] = []
    numbers = itertools.count(1)

    def one() -> Made:
        runtime = ProcessRuntime(
            load_stack(stacks_dir() / "auth"), shared_home, f"t{os.urandom(4).hex()}{next(numbers)}"
        )
        made.append(runtime)
        return Made(runtime=runtime, place=runtime.prepare(), steps=[])

    yield one
    for runtime in made:
        runtime.down()
