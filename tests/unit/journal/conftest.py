from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from game.journal import Journal, sqlite_url

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def url(tmp_path: Path) -> str:
    return sqlite_url(tmp_path / "state" / "journal.db")


@pytest.fixture
def journal(url: str) -> Iterator[Journal]:
    with Journal.open(url) as opened:
        yield opened
