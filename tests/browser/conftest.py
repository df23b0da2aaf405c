"""One browser for all tests, and a site that shows a recorded run."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest
from playwright.sync_api import expect, sync_playwright

from game.web.hall_site import hall_app
from game.web.server import serve
from game.web.solo import solo_app
from tests import journals
from tests.browser.chromium import executable
from tests.browser.evening import INJECTS, MORE, Evening
from tests.stack.game.conftest import environment, play, warm_home
from tests.unit.web.recorded import RecordedRun
from tests.unit.web.recorded_hall import NAMES, ball

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

    from game.director.performance import Performance

__all__ = ["environment", "play", "warm_home"]
IN_TROUBLE_MS = 90_000
# Test machines are busy.
expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=executable(), args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def recorded(tmp_path: Path) -> RecordedRun:
    return RecordedRun(root=tmp_path, journal=journals.relapse(), until_ms=IN_TROUBLE_MS)


@pytest.fixture
def address(recorded: RecordedRun) -> Iterator[str]:
    """Where the recorded run's page is, key included."""
    server = serve(solo_app(cast("Performance", recorded), "a-token", "a-key"))
    yield f"{server.address}/join?code=a-key"
    server.close()


@pytest.fixture
def evening(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Evening]:
    monkeypatch.setenv("DANCEOFF_HOME", str(tmp_path))
    opened = ball(tmp_path, (*NAMES, *MORE), injects=INJECTS)
    app = hall_app(opened.hall)
    server = serve(app)
    app.address = server.address
    yield Evening(ball=opened, server=server, root=tmp_path)
    server.close()
    opened.hall.leave()
