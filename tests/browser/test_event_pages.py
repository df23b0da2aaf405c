"""The pages of an event, over recorded runs: the board, the wall, the facilitator's desk, as a browser shows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from game.core.contest.facts import Inject
from game.web.hall_site import hall_app
from game.web.server import WebServer, serve
from tests import journals
from tests.browser.chromium import DESK, TELEPHONE, Tab, tab
from tests.unit.web.recorded_hall import NAMES, Ball, ball, dance

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

INJECTS = (
    Inject(after_s=2, sender="customer care", text="The press is asking."),
    Inject(
        after_s=900,
        sender="duty manager",
        text="How long will it take? I have to tell the board.",
        teams=("t3",),
    ),
)
OVER_MS = 10**7
LOOKS_WITHIN_S = 60.0
# What each team plays, and how far it is on its run's clock.
ACTS = (
    (journals.perfect(), 205_000), (journals.relapse(), 205_000), (journals.blind_revert(), 96_000),
    (journals.nothing_done(), 205_000), (journals.perfect(), 258_000), (journals.relapse(), 90_000),
    (journals.interrupted(), OVER_MS), (journals.perfect(), 46_000), (journals.void(), OVER_MS),
    (journals.blind_revert(), OVER_MS), (journals.relapse(), 160_000), (journals.perfect(), 30_000),
)  # fmt: skip
MORE = ("Rollback Royale", "Zweite Reihe")


@dataclass
class Evening:
    ball: Ball
    server: WebServer
    root: Path

    @property
    def address(self) -> str:
        return self.server.address

    def sign_in(self, opened: Tab) -> None:
        opened.page.goto(f"{self.address}/join")
        opened.page.get_by_label("Code").fill(self.ball.hall.doors.key)
        opened.page.get_by_role("button", name="Come in").click()
        expect(opened.page.get_by_role("link", name="Projector")).to_be_visible()


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


def running(evening: Evening) -> None:
    """All but the last teams dance; presence, corrections and a word for all."""
    hall = evening.ball.hall
    dance(evening.ball, evening.root, ACTS)
    for team, member in (
        ("t1", "Ada"),
        ("t1", "Grace"),
        ("t2", "Barbara"),
        ("t5", "Radia"),
        ("t5", "Margaret"),
    ):
        guest = hall.doors.guest(hall.doors.join(hall.doors.code(team), member))
        assert guest is not None
        hall.doors.seen(guest)
    evening.ball.seats[3].health = "not running: auth3"
    hall.steering.announce("Coffee is in the foyer. Round two begins at half past three.")
    assert hall.wait_for(lambda one: one.board().spread_ms is not None, LOOKS_WITHIN_S)


def fits(opened: Tab, width: int) -> None:
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= width, (
        "the page is wider than the screen"
    )


@pytest.mark.parametrize("scheme", ["dark", "light"])
@pytest.mark.parametrize("size", [DESK, TELEPHONE], ids=["desk", "telephone"])
def test_everybody_sees_the_race(
    size: tuple[int, int], scheme: str, browser: Browser, evening: Evening
) -> None:
    running(evening)
    with tab(browser, size, color_scheme=scheme) as opened:
        opened.page.goto(evening.address)
        expect(opened.page.get_by_role("rowheader", name="Kernel Panik")).to_be_visible()
        expect(opened.page.get_by_text("Coffee is in the foyer")).to_be_visible()
        opened.shot(f"board-{scheme}")
        assert opened.barriers() == []
        fits(opened, size[0])
        expect(opened.page.locator("#stale")).to_be_hidden()


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_the_wall_turns_its_pages(scheme: str, browser: Browser, evening: Evening) -> None:
    running(evening)
    with tab(browser, DESK, color_scheme=scheme) as opened:
        page = opened.page
        page.clock.install()
        page.goto(f"{evening.address}/?view=wall")
        expect(page.locator("tbody tr:visible")).to_have_count(12)
        expect(page.get_by_text("Page 1 of 2")).to_be_visible()
        opened.shot(f"wall-{scheme}")
        assert opened.barriers() == []
        assert page.evaluate("document.documentElement.scrollHeight") <= DESK[1]
        lowest = page.locator("tbody tr:visible").last.bounding_box()
        race = page.locator(".race").bounding_box()
        assert lowest
        assert race
        assert lowest["y"] + lowest["height"] <= race["y"] + race["height"], "the last line is cut off"
        page.clock.run_for(10_500)
        expect(page.get_by_text("Page 2 of 2")).to_be_visible()
        expect(page.locator("tbody tr:visible")).to_have_count(2)


def test_frozen_and_revealed_line_by_line(browser: Browser, evening: Evening) -> None:
    running(evening)
    hall = evening.ball.hall
    hall.steering.freeze()
    for seat in evening.ball.seats:
        seat.performance.until_ms = OVER_MS
    with tab(browser) as wall, tab(browser) as desk:
        wall.page.goto(f"{evening.address}/?view=wall")
        expect(wall.page.locator(".band.frozen")).to_be_visible()
        wall.shot("wall-frozen")
        assert hall.wait_for(lambda one: one.board().stage == "over", LOOKS_WITHIN_S)
        evening.sign_in(desk)
        for left in (11, 10):
            desk.page.get_by_role("button", name="Reveal").click()
            expect(desk.page.locator("#said .said.good")).to_contain_text("revealed")
            expect(wall.page.locator(".band.frozen")).to_contain_text(f"{left} lines are")
            expect(wall.page.locator("tr.just:visible")).to_have_count(1)
        wall.shot("wall-reveal")
        desk.shot("facilitator-reveal")
        assert wall.barriers() == []
        assert desk.barriers() == []


def test_a_lost_stream_is_told(browser: Browser, evening: Evening) -> None:
    running(evening)
    with tab(browser) as opened:
        opened.page.goto(evening.address)
        expect(opened.page.locator("#stamp")).not_to_be_empty()
        evening.server.close()
        expect(opened.page.locator("#stale")).to_contain_text("stale since")
        opened.shot("board-stale")
        # The browser's own complaint about the connection is what this is about; a site that closes refuses new streams.
        told = ("ERR_", "EventSource", "[object Event]", "409 (CONFLICT)")
        opened.complaints[:] = [one for one in opened.complaints if not any(word in one for word in told)]


@pytest.mark.parametrize("scheme", ["dark", "light"])
@pytest.mark.parametrize("size", [DESK, TELEPHONE], ids=["desk", "telephone"])
def test_the_facilitator_sees_the_floor(
    size: tuple[int, int], scheme: str, browser: Browser, evening: Evening
) -> None:
    running(evening)
    with tab(browser, size, color_scheme=scheme) as opened:
        page = opened.page
        evening.sign_in(opened)
        expect(page.get_by_text("not running: auth3")).to_be_visible()
        opened.shot(f"facilitator-{scheme}")
        assert opened.barriers() == []
        fits(opened, size[0])
        page.get_by_role("link", name=NAMES[1], exact=True).click()
        expect(page.get_by_role("heading", name=NAMES[1])).to_be_visible()
        for name in ("More time", "Message to the teams", "Correct a score", "Pre-flight"):
            page.get_by_text(name, exact=True).click()
        expect(page.get_by_text("This machine carries")).to_be_visible()
        assert "mechanism" not in page.content()
        page.get_by_text("Answer key").click()
        expect(page.get_by_text("mechanism", exact=True)).to_be_visible()
        page.locator("#team").scroll_into_view_if_needed()
        opened.shot(f"facilitator-team-{scheme}")
        assert opened.barriers() == []
        fits(opened, size[0])
        page.get_by_role("link", name="See as they do").click()
        expect(page.get_by_text("to look at only")).to_be_visible()
        assert page.get_by_role("button").count() == 0
        opened.shot(f"facilitator-as-team-{scheme}")
        assert opened.barriers() == []
        page.goto(f"{evening.address}/facilitator/exports")
        opened.shot(f"facilitator-exports-{scheme}")
        assert opened.barriers() == []


def test_what_hurts_is_asked_back(browser: Browser, evening: Evening) -> None:
    running(evening)
    with tab(browser) as opened:
        page = opened.page
        evening.sign_in(opened)
        page.get_by_role("button", name="End the round").click()
        expect(page.get_by_role("heading", name="End round 1")).to_be_visible()
        opened.shot("facilitator-confirm")
        assert opened.barriers() == []
        page.get_by_role("link", name="No, leave it").click()
        expect(page.get_by_role("link", name="Projector")).to_be_visible()
        assert evening.ball.hall.board().stage == "running"
        page.get_by_role("button", name="End the round").click()
        expect(page.get_by_role("heading", name="End round 1")).to_be_visible()
        page.get_by_label("Why").fill("lunch")
        page.get_by_role("button", name="End the round").click()
        expect(page.locator("#said")).to_contain_text("the round is over")
        assert evening.ball.hall.board().stage == "over"


def test_what_is_written_outlasts_what_changes_around_it(browser: Browser, evening: Evening) -> None:
    running(evening)
    with tab(browser) as opened:
        page = opened.page
        evening.sign_in(opened)
        reason = page.get_by_label("Pause everybody, because")
        reason.press_sequentially("fire ")
        freeze = page.get_by_role("button", name="Freeze the board")
        expect(freeze).to_be_visible()
        evening.ball.hall.steering.freeze()
        expect(freeze).to_be_hidden()
        page.keyboard.type("drill")
        expect(reason).to_have_value("fire drill")
        expect(reason).to_be_focused()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_an_evening_by_hand(scripts: bool, browser: Browser, evening: Evening) -> None:
    running(evening)
    with tab(browser, java_script_enabled=scripts) as opened:
        page = opened.page
        evening.sign_in(opened)
        page.get_by_label("Pause everybody, because").fill("fire drill")
        page.get_by_role("button", name="Pause", exact=True).first.click()
        expect(page.locator("#said .said.good")).to_contain_text("the clock stands")
        page.get_by_role("button", name="Let all go on").click()
        expect(page.locator("#said .said.good")).to_contain_text("the clock goes on")
        page.get_by_label("On the board").fill("Doors close at nine")
        page.get_by_role("button", name="Announce").click()
        expect(page.locator("#said .said.good")).to_contain_text("announced")
        page.get_by_text("Enrol teams").click()
        page.get_by_label("Names, one a line").fill("Latecomers")
        page.get_by_role("button", name="Enrol", exact=True).click()
        expect(page.get_by_role("link", name="Latecomers")).to_be_visible()
        if not scripts:
            opened.shot("facilitator-no-scripts")
            page.goto(evening.address)
            expect(page.get_by_text("Doors close at nine")).to_be_visible()
        facts = [type(one.event).__name__ for one in evening.ball.hall.noted()]
        assert {"Paused", "Resumed", "Announced"} < set(facts)
        assert ("halt", "fire drill") in evening.ball.team(2).told_of


def test_before_anybody_is_there(browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DANCEOFF_HOME", str(tmp_path))
    opened_ball = ball(tmp_path, ())
    server = serve(hall_app(opened_ball.hall))
    try:
        with tab(browser) as opened:
            opened.page.goto(server.address)
            expect(opened.page.get_by_text("No team has come in yet")).to_be_visible()
            opened.shot("board-empty")
            assert opened.barriers() == []
            opened.page.goto(f"{server.address}/join")
            opened.shot("door-event")
            assert opened.barriers() == []
    finally:
        server.close()
        opened_ball.hall.leave()


def test_a_team_waits_and_is_taken_along_from_round_to_round(browser: Browser, evening: Evening) -> None:
    hall = evening.ball.hall
    with tab(browser, TELEPHONE) as opened:
        page = opened.page
        page.goto(f"{evening.address}/join")
        page.get_by_label("Code").fill(hall.doors.code("t1").lower())
        page.get_by_label("Your name").fill("Ada")
        page.get_by_role("button", name="Come in").click()
        expect(page.get_by_role("heading", name="The floor is being laid")).to_be_visible()
        expect(page.get_by_text("You are in, Ada.")).to_be_visible()
        opened.shot("team-waiting")
        assert opened.barriers() == []
        dance(evening.ball, evening.root, ACTS[:2])
        expect(page.get_by_text("users cannot sign in")).to_be_visible()
        page.get_by_text("Your part").click()
        page.get_by_label("In the team you are").select_option("commander")
        page.get_by_role("button", name="Take it").click()
        expect(page.locator("#part .said.good")).to_contain_text("commander")
        assert opened.barriers() == []
        first = page.locator("[data-run]").get_attribute("data-run")
        for seat in evening.ball.seats:
            seat.performance.until_ms = OVER_MS
        assert hall.wait_for(lambda one: one.board().stage == "over", LOOKS_WITHIN_S)
        dance(evening.ball, evening.root, ACTS[:2])
        expect(page.locator("[data-run]")).not_to_have_attribute("data-run", first or "")
        expect(page.get_by_text("users cannot sign in")).to_be_visible()


def test_what_is_renewed_swallows_neither_clicks_nor_the_keyboards_place(
    browser: Browser, evening: Evening
) -> None:
    running(evening)
    with tab(browser) as opened:
        page = opened.page
        evening.sign_in(opened)
        link = page.locator("#to-t2")
        link.focus()
        before = page.locator(".clocks").inner_text()
        expect(page.locator(".clocks")).not_to_have_text(before)
        evening.ball.team(2).until_ms += 2_000
        expect(page.locator("tr", has=link).locator("td.number").first).to_have_text("3:06")
        assert page.evaluate("document.activeElement.id") == "to-t2"
        link.hover()
        page.mouse.down()
        evening.ball.team(2).until_ms += 2_000
        page.wait_for_timeout(2_500)  # What comes meanwhile has to wait; there is nothing to wait for.
        expect(page.locator("tr", has=link).locator("td.number").first).to_have_text("3:06")
        page.mouse.up()
        expect(page.get_by_role("heading", name=NAMES[1])).to_be_visible()
