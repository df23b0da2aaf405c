"""The API over a stand-in of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest

from game.web.solo import solo_app
from tests.unit.web.stand_in import StandIn

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask

    from game.director.performance import Performance

TOKEN = "a-token-of-this-run"
KEY = "a-key-of-this-run"


@pytest.fixture
def run(tmp_path: Path) -> StandIn:
    return StandIn(root=tmp_path)


@pytest.fixture
def app(run: StandIn) -> Flask:
    return solo_app(cast("Performance", run), TOKEN, KEY)
