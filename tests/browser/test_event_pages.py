"""The facilitator's desk of an event, and its teams between rounds, over recorded runs, as a browser shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from game.web.hall_site import hall_app
from game.web.server import serve
from tests.browser.chromium import DESK, TELEPHONE, tab
from tests.browser.evening import ACTS, LOOKS_WITHIN_S, OVER_MS, Evening, fits, running
from tests.unit.web.recorded_hall import NAMES, ball, dance

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser


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
