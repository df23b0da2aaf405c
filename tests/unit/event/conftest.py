from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from game.event.hall import Hall, open_hall
from tests.events import event_plan

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def store() -> str:
    """This machine's own journal."""
    return ""


@pytest.fixture
def hall(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, store: str) -> Iterator[Hall]:
    """An event in which nothing has begun yet; no stack comes up here."""
    monkeypatch.setenv("DANCEOFF_HOME", str(tmp_path))
    opened = open_hall(event_plan("Ada", "Bob"), store)
    yield opened
    opened.leave()
