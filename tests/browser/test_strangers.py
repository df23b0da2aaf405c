"""Hostile texts on every page of an event in a real browser: nothing of them runs, loads, or leaves its place."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from game.core.contest import names
from game.core.events import MessageReceived, NoteWritten, Paged, UpdatePosted
from game.errors import DanceoffError
from game.web.hall_site import hall_app
from game.web.server import WebServer, serve
from tests import journals
from tests.browser.chromium import Tab, tab
from tests.strangers import MARK, PAYLOADS
from tests.unit.web import recorded
from tests.unit.web.recorded_hall import Ball, ball, dance, keep

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

    from game.core.events import Recorded

pytestmark = pytest.mark.browser

IN_TROUBLE_MS, OVER_MS = 205_000, 10**7
TEAMS = 40
# What a page consists of without anything from strangers.
WELL_KNOWN = ("/static/", "/style/", "/team", "/facilitator", "/board", "/wall", "/join")


@dataclass
class Evening:
    ball: Ball
    server: WebServer
    names: tuple[str, ...]


def fit(made: str) -> str | None:
    """The payload as a name, if it can be one."""
    try:
        return names.name(made[: names.LONGEST_NAME])
    except DanceoffError:
        return None


def spoken(texts: tuple[str, ...]) -> tuple[Recorded, ...]:
    """A run in which everybody who may say something says something hostile."""
    said: list[Recorded] = []
    for one in journals.relapse():
        if not isinstance(one.event, Paged):
            said.append(one)
            continue
        said.append(replace(one, event=replace(one.event, text=texts[0])))
        for number, text in enumerate(texts):
            events = (
                NoteWritten(text=text, by=text[:32]),
                MessageReceived(sender=text[:32], text=text),
                UpdatePosted(text=text, by=text[:32]),
            )
            said.append(replace(one, at_ms=one.at_ms + number, event=events[number % len(events)]))
    return tuple(replace(one, seq=seq) for seq, one in enumerate(said, start=1))


@pytest.fixture
def evening(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Evening]:
    monkeypatch.setenv("DANCEOFF_HOME", str(tmp_path))
    # Logs are bytes that are read as far as they are text.
    monkeypatch.setattr(recorded, "LOG", tuple(text.encode(errors="replace").decode() for text in PAYLOADS))
    called = tuple(dict.fromkeys(name for text in PAYLOADS if (name := fit(text))))
    opened = ball(tmp_path, ("Honest People",))
    for name in called:
        if len(opened.hall.state.teams) < TEAMS:
            _enrol(opened, name)
    dance(opened, tmp_path, ((spoken(PAYLOADS), IN_TROUBLE_MS), (spoken(PAYLOADS), OVER_MS)))
    app = hall_app(opened.hall)
    server = serve(app)
    app.address = server.address
    yield Evening(ball=opened, server=server, names=called)
    server.close()
    opened.hall.leave()


def _enrol(opened: Ball, name: str) -> None:
    try:
        opened.hall.doors.enrol(name)
    except DanceoffError:
        # It looks like another one.
        return


def harmless(opened: Tab, where: str) -> None:
    """Nothing ran, nothing was asked of anybody else, no element came from a text."""
    assert opened.page.evaluate(f"typeof window.{MARK}") == "undefined", where
    strange = opened.page.evaluate(
        "[...document.querySelectorAll('script:not([src]), iframe, object, embed, base, img, video, audio, marquee, [onerror], "
        '[onload], [onfocus], [onmouseover], [hx-on\\\\:\\\\:load], a[href^="javascript" i]\')].map(one => one.outerHTML.slice(0, 200))'
    )
    assert strange == [], where


def test_nothing_of_two_hundred_texts_runs(browser: Browser, evening: Evening) -> None:
    hall, base = evening.ball.hall, evening.server.address
    assert len(PAYLOADS) >= 200
    assert len(evening.names) > 100
    asked: list[str] = []
    with tab(browser) as trainee, tab(browser) as desk:
        for opened in (trainee, desk):
            opened.page.on("request", lambda request: asked.append(request.url))
            opened.page.on("dialog", lambda dialog: pytest.fail(f"a dialog opened: {dialog.message}"))
        _joins(trainee, base, hall.doors.code("t1"), "Ada")
        expect(trainee.page.locator("#acknowledge").or_(trainee.page.locator(".taken")).first).to_be_visible()
        harmless(trainee, "the team's screen")
        for tool in ("logs", "changes", "files", "runtime", "services", "brief"):
            trainee.page.locator(f"#tab-{tool}").click()
            expect(trainee.page.locator(f"#tab-{tool}")).to_have_attribute("aria-current", "page")
            harmless(trainee, tool)
        trainee.page.locator("#tab-logs").click()
        trainee.page.get_by_role("button", name="Show").click()
        expect(trainee.page.locator("#workbench .log")).to_contain_text("<img src=x onerror")
        harmless(trainee, "the log")
        _joins(desk, base, hall.doors.key, "")
        for team in hall.state.teams[:TEAMS:5]:
            desk.page.goto(f"{base}/facilitator?team={team.team}")
            harmless(desk, f"the facilitator's desk, {team.name}")
        for path in (
            "/",
            "/?view=wall",
            "/facilitator/exports",
            "/facilitator/teams/t1",
            "/facilitator/teams/t2",
        ):
            desk.page.goto(f"{base}{path}")
            harmless(desk, path)
        trainee.page.close()
        _says_everything(desk, evening)
    outside = [url for url in asked if not url.startswith(base)]
    assert outside == []


def _joins(opened: Tab, base: str, code: str, member: str) -> None:
    opened.page.goto(f"{base}/join")
    opened.page.get_by_label("Code").fill(code)
    opened.page.get_by_label("Your name").fill(member)
    opened.page.get_by_role("button", name="Come in").click()
    expect(opened.page).not_to_have_url(f"{base}/join")


def _says_everything(desk: Tab, evening: Evening) -> None:
    """Every text that the hall takes for an announcement, one after the other, on a board that stays open."""
    hall = evening.ball.hall
    desk.page.goto(evening.server.address)
    taken = 0
    for text in PAYLOADS:
        try:
            hall.steering.announce(text[: names.LONGEST_TEXT])
        except DanceoffError:
            continue
        taken += 1
        if taken % 20 == 0:
            harmless(desk, f"announced on an open page by {text[:60]!r}")
            desk.page.reload()
            expect(desk.page.locator("body")).to_contain_text(hall.board().announcement[:12].strip())
            harmless(desk, f"announced {text[:60]!r}")
    assert taken > 150


def test_what_is_taken_home_is_harmless(browser: Browser, evening: Evening) -> None:
    """Reports and certificates, opened as files are: without the site's policy around them."""
    keep(evening.ball)
    hall = evening.ball.hall
    for seat in evening.ball.seats:
        seat.performance.until_ms = OVER_MS
    hall.rounds.end("it is late")
    with tab(browser) as opened:
        _joins(opened, evening.server.address, hall.doors.key, "")
        listed = opened.page.goto(f"{evening.server.address}/facilitator/exports")
        assert listed
        files = opened.page.locator(".files-list a").evaluate_all(
            "all => all.map(one => one.getAttribute('href'))"
        )
        shown = [path for path in files if path.endswith((".html", ".svg"))]
        assert len(shown) > TEAMS // 2
        for path in shown:
            text = opened.page.request.get(f"{evening.server.address}{path}").text()
            page = opened.context.new_page()
            page.set_content(text)
            assert page.evaluate(f"typeof window.{MARK}") == "undefined", path
            assert (
                page.evaluate("document.querySelectorAll('script, iframe, img, object, embed').length") == 0
            ), path
            page.close()
