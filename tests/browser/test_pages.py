"""Every page of a team as a browser shows it: live, without scripts, on a telephone, for a screen reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.chromium import DESK, TELEPHONE, tab

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Route

    from tests.unit.web.recorded import RecordedRun

pytestmark = pytest.mark.browser

# Whatever a page does with an answer, it has done by then.
DEALT_WITH = "new Promise(done => setTimeout(done, 200))"
TOOLS = ("brief", "changes", "files", "runtime", "logs", "request", "metrics", "services")


@pytest.mark.parametrize("scheme", ["dark", "light"])
@pytest.mark.parametrize("size", [DESK, TELEPHONE], ids=["desk", "telephone"])
def test_every_panel_opens_in_place_and_bars_nobody(
    size: tuple[int, int], scheme: str, browser: Browser, address: str
) -> None:
    with tab(browser, size, color_scheme=scheme) as opened:
        page = opened.page
        page.goto(address)
        expect(page.get_by_text("users cannot sign in")).to_be_visible()
        for tool in TOOLS:
            page.locator(f"#tab-{tool}").click()
            expect(page.locator(f"#tab-{tool}")).to_have_attribute("aria-current", "page")
            opened.shot(f"team-{tool}-{scheme}")
            assert opened.barriers() == []
        page.locator("#diagnose summary").click()
        opened.shot(f"team-diagnose-{scheme}")
        assert opened.barriers() == []
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= size[0], "the page is wider than the screen"


@pytest.mark.parametrize("size", [DESK, TELEPHONE], ids=["desk", "telephone"])
def test_the_debrief_is_a_page_of_the_site(
    size: tuple[int, int], browser: Browser, address: str, recorded: RecordedRun
) -> None:
    recorded.until_ms = 10**9
    with tab(browser, size) as opened:
        opened.page.goto(address)
        opened.page.get_by_role("link", name="Read the debrief").click()
        expect(opened.page.get_by_role("heading", name="Score, line by line")).to_be_visible()
        expect(opened.page.get_by_text("--seed 8")).to_be_visible()
        opened.shot("debrief-dark")
        assert opened.barriers() == []


def test_the_screen_follows_the_run_by_itself(browser: Browser, address: str, recorded: RecordedRun) -> None:
    recorded.until_ms = 30_000
    with tab(browser) as opened:
        page = opened.page
        page.goto(address)
        expect(page.get_by_text("No page is open")).to_be_visible()
        recorded.until_ms = 60_000
        expect(page.get_by_role("button", name="Acknowledge")).to_be_visible()
        recorded.until_ms = 100_000
        expect(page.locator(".taken")).to_be_visible()
        expect(page.locator("#stale")).to_be_hidden()


def test_what_was_asked_for_last_stays(browser: Browser, address: str) -> None:
    """However late the answer to an earlier look comes."""
    with tab(browser) as opened:
        page = opened.page
        page.goto(address)
        kept: list[Route] = []
        page.route("**/team/logs", lambda route: kept.append(route))  # noqa: PLW0108 - Playwright marks what it is given
        page.locator("#tab-logs").click()
        page.locator("#tab-changes").click()
        page.locator(".changes > li a.mono").first.click()
        expect(page.locator(".diff")).to_be_visible()
        with page.expect_response("**/team/logs") as late:
            kept[0].continue_()
        late.value.finished()
        page.evaluate(DEALT_WITH)
        expect(page.locator(".diff")).to_be_visible()
        page.locator("#tab-brief").click()
        expect(page.locator("#tab-brief")).to_have_attribute("aria-current", "page")


def test_it_works_without_scripts(browser: Browser, address: str, recorded: RecordedRun) -> None:
    with tab(browser, java_script_enabled=False) as opened:
        page = opened.page
        page.goto(address)
        page.locator("#notes summary").click()
        page.locator("#notes textarea").fill("seen without scripts")
        page.get_by_role("button", name="Write it down").click()
        expect(page.locator("#notes .said")).to_contain_text("so be it")
        assert "seen without scripts" in str(recorded.requests)
        page.locator("#tab-changes").click()
        expect(page.get_by_role("heading", name="Changes to the load balancer")).to_be_visible()
        page.get_by_role("link", name="Back to the whole screen").click()
        page.locator("#tab-files").click()
        page.locator("#editor-text").fill("global\n")
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.locator(".said.good")).to_contain_text("saved")
        opened.shot("no-scripts")


def test_what_two_edit_at_once_is_not_lost(browser: Browser, address: str, recorded: RecordedRun) -> None:
    with tab(browser) as opened:
        page = opened.page
        page.goto(address)
        page.locator("#tab-files").click()
        page.locator("#editor-text").fill("mine\n")
        recorded.texts["haproxy.cfg"] = "theirs\n"
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.locator(".said.bad")).to_contain_text("changed by somebody else")
        expect(page.locator("#editor-text")).to_have_value("mine\n")
        assert recorded.texts["haproxy.cfg"] == "theirs\n"
