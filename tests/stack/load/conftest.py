"""Edges and loads that end with their test."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from game.lab.home import Home
from tests.stack.load.edge import Edge, Loaded, new_load, start_edge

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture(scope="session")
def open_home() -> Iterator[Home]:
    """Somewhere that the servers' account can pass through; pytest's own folders are closed to it."""
    folder = Path(tempfile.mkdtemp(prefix="dl-", dir="/tmp"))
    folder.chmod(0o711)
    yield Home(path=folder)
    shutil.rmtree(folder)


@pytest.fixture
def folder(open_home: Home) -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(dir=open_home.path))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made)


@pytest.fixture
def edge(folder: Path, open_home: Home) -> Iterator[Callable[[str], Edge]]:
    started: list[Edge] = []

    def start(rules: str) -> Edge:
        started.append(start_edge(folder, open_home, rules))
        return started[-1]

    yield start
    for each in started:
        each.stop()


@pytest.fixture
def load(folder: Path) -> Iterator[Loaded]:
    loaded = new_load(folder)
    yield loaded
    loaded.driver.stop()
