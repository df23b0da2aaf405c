"""Stacks on a cluster of two nodes for a test. Without an engine and root these tests fail, with what is missing."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from game.catalog.stack import load_stack
from game.lab.data import stacks_dir
from game.lab.home import Home
from game.lab.swarm.runtime import SwarmRuntime
from tests.stack.runtime.contract import Made
from tests.stack.swarm.nodes import two_nodes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.stack.swarm.nodes import Second


@pytest.fixture(scope="session")
def second() -> Iterator[Second]:
    with two_nodes("danceoff/cluster") as second:
        yield second


@pytest.fixture(scope="session")
def shared_home() -> Iterator[Home]:
    folder = Path(tempfile.mkdtemp(prefix="ds-", dir="/tmp"))
    folder.chmod(0o711)
    yield Home(path=folder)
    shutil.rmtree(folder)


@pytest.fixture
def make(shared_home: Home, second: Second) -> Iterator[Callable[[], Made]]:
    """Return what prepares a new stack on one of the nodes."""
    del second
    made: list[SwarmRuntime] = []

    def one() -> Made:
        runtime = SwarmRuntime(load_stack(stacks_dir() / "auth"), shared_home, f"w{os.urandom(4).hex()}")
        made.append(runtime)
        return Made(runtime=runtime, place=runtime.prepare(), steps=[])

    yield one
    for runtime in made:
        runtime.down()
