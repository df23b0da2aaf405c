"""Games of one's own for a test: a home, and the command as it is installed."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from game.lab import ports
from tests.stack.game.terminal import Terminal, on_terminal
from tests.stack.game.traces import runs, seconds_until_gone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DANCEOFF = str(Path(sys.executable).parent / "danceoff")


@pytest.fixture(scope="session")
def warm_home() -> Iterator[Path]:
    """Somewhere that the servers' account can pass through; the database's template is made once."""
    folder = Path(tempfile.mkdtemp(prefix="dg-", dir="/tmp"))
    folder.chmod(0o711)
    yield folder
    for root in runs(folder):
        seconds_until_gone(root)
    shutil.rmtree(folder)


@pytest.fixture
def environment(warm_home: Path) -> dict[str, str]:
    names = ("PATH", "HOME", "LANG", "PYTHONPATH", ports.VARIABLE)
    kept = {name: os.environ[name] for name in names if name in os.environ}
    return {**kept, "DANCEOFF_HOME": str(warm_home), "TERM": "xterm-256color", "HOME": str(warm_home)}


@pytest.fixture
def play(environment: dict[str, str]) -> Iterator[Callable[..., Terminal]]:
    """Start `danceoff` on a terminal; whatever is left of it is ended after the test."""
    started: list[Terminal] = []

    def start(*arguments: str, **variables: str) -> Terminal:
        terminal = on_terminal([DANCEOFF, *arguments], {**environment, **variables}, "/")
        started.append(terminal)
        return terminal

    yield start
    for terminal in started:
        terminal.close()
