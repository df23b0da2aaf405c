"""Stacks in containers for a test, taken down after it. Without an engine these tests fail, with what is missing."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from game.catalog.stack import load_stack
from game.lab.containers.engine import Engine
from game.lab.containers.runtime import ContainerRuntime
from game.lab.data import stacks_dir
from game.lab.home import Home
from tests.stack.runtime.contract import Made

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture(scope="session")
def shared_home() -> Iterator[Home]:
    """Somewhere that the servers' account can pass through; pytest's own folders are closed to it."""
    folder = Path(tempfile.mkdtemp(prefix="dc-", dir="/tmp"))
    folder.chmod(0o711)
    yield Home(path=folder)
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    engine = Engine()
    yield engine
    engine.close()


@pytest.fixture
def make(shared_home: Home, engine: Engine) -> Iterator[Callable[[], Made]]:
    """Return what prepares a new stack in containers."""
    made: list[ContainerRuntime] = []

    def one() -> Made:
        stack = load_stack(stacks_dir() / "auth")
        runtime = ContainerRuntime(stack, shared_home, f"c{os.urandom(4).hex()}", engine=engine)
        made.append(runtime)
        return Made(runtime=runtime, place=runtime.prepare(), steps=[])

    yield one
    for runtime in made:
        runtime.down()
