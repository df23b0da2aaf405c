"""A home of its own for an event: somewhere that the servers' account can pass through."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.stack.game.traces import runs, seconds_until_gone

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def own_home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="de-", dir="/tmp"))
    folder.chmod(0o711)
    monkeypatch.setenv("DANCEOFF_HOME", str(folder))
    yield folder
    for root in runs(folder):
        seconds_until_gone(root)
    shutil.rmtree(folder)
