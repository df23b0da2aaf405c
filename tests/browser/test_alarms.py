"""Alerts that cannot be missed, on a real run: bell and prompt of the terminal, the page over everything, siren, webhook."""

from __future__ import annotations

import json
import re
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.chromium import tab

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

    from tests.browser.chromium import Tab
    from tests.stack.game.terminal import Terminal

pytestmark = pytest.mark.browser

START_S, LIT_S, ANSWER_S, END_S = 120.0, 60.0, 40.0, 60.0
ANSWER_MS = 40_000
FULL = re.compile(r".*\bneon-full\b.*")


class Inbox(ThreadingHTTPServer):
    """Keeps what is posted to it, and says when there is something."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Take)
        self.came = threading.Event()
        self.posted: list[dict[str, str]] = []


class _Take(BaseHTTPRequestHandler):
    server: Inbox

    def do_POST(self) -> None:
        self.server.posted.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(204)
        self.end_headers()
        self.server.came.set()

    def log_message(self, *_words: object) -> None:
        """Print nothing: the test says what matters."""


@contextmanager
def inbox() -> Iterator[Inbox]:
    server = Inbox()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join(END_S)


@pytest.mark.timeout(400)
def test_nobody_can_miss_the_sign(browser: Browser, play: Callable[..., Terminal], warm_home: Path) -> None:
    with inbox() as hooks:
        terminal = play(
            "play", "gigue", "--seed", "2", "--webhook", f"http://127.0.0.1:{hooks.server_port}/x"
        )
        start = terminal.until(rb"The same in a browser: \S+", START_S)
        with tab(browser) as opened:
            _on_the_page(opened, start.rsplit(" ", 1)[-1].strip(), warm_home)
        terminal.until(rb"NEON SIGN(?s:.)*NEON: [^\]]+\] lb", LIT_S)
        assert "\a" in terminal.shown.decode(errors="replace")
        assert "What runs is not what was approved" in terminal.text
        assert hooks.came.wait(ANSWER_S)
        assert hooks.posted[0]["alert"] == "neon-sign"
        assert "acme.example.test" in hooks.posted[0]["text"]
        assert set(hooks.posted[0]) == {"source", "run", "alert", "text"}
        terminal.send("danceoff sign")
        terminal.until(rb"LIT since", ANSWER_S)
        terminal.send("exit")
        terminal.leave_the_debrief(END_S)
        assert terminal.ends(END_S) == 0


def _on_the_page(opened: Tab, address: str, home: Path) -> None:
    """Full until it was seen, and full again with a siren when more is wrong."""
    page = opened.page
    page.goto(address)
    expect(page.locator("body")).to_have_class(FULL, timeout=ANSWER_MS)
    expect(page.locator("#neon")).to_contain_text("acme.example.test")
    opened.shots("alarm-real")
    page.get_by_role("button", name="Seen").click()
    siren = page.locator("#siren")
    siren.click()
    expect(siren).to_have_text("Siren: on")
    expect(page.locator("body")).to_have_attribute("data-siren", "off")
    _edits_on_the_machine(home)
    expect(page.locator("body")).to_have_class(FULL, timeout=ANSWER_MS)
    expect(page.locator("#neon")).to_contain_text("on disk")
    expect(page.locator("body")).to_have_attribute("data-siren", "on")
    page.get_by_role("button", name="Seen").click()
    expect(page.locator("body")).to_have_attribute("data-siren", "off")
    opened.shots("alarm-real-seen")


def _edits_on_the_machine(home: Path) -> None:
    """Somebody edits the file that HAProxy loads, beside every record."""
    live = max((home / "runs").glob("*/live/haproxy.cfg"), key=lambda file: file.stat().st_mtime)
    text = live.read_text(encoding="utf-8")
    assert "timeout queue 4s" in text
    live.write_text(text.replace("timeout queue 4s", "timeout queue 9s"), encoding="utf-8")
