"""The board and the wall of an event, over recorded runs, as a browser shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.chromium import DESK, TELEPHONE, tab
from tests.browser.evening import LOOKS_WITHIN_S, OVER_MS, Evening, fits, running

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser


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
    # The browser's own complaint about the connection is what this is about, as often as it tries to reconnect;
    # a site that closes refuses new streams.
    told = ("ERR_", "EventSource", "[object Event]", "409 (CONFLICT)")
    with tab(browser, expected=told) as opened:
        opened.page.goto(evening.address)
        expect(opened.page.locator("#stamp")).not_to_be_empty()
        evening.server.close()
        expect(opened.page.locator("#stale")).to_contain_text("stale since")
        opened.shot("board-stale")
