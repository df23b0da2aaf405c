"""The neon sign and change control on the page: full-screen until it was seen, the siren, the log, a review."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.chromium import DESK, TELEPHONE, tab
from tests.unit.web.stand_in import SIGN, Watch

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.unit.web.recorded import RecordedRun

pytestmark = pytest.mark.browser
FULL, NOT_FULL = re.compile(r".*\bneon-full\b.*"), re.compile(r"^(?!.*neon-full).*$")


@pytest.mark.parametrize("size", [DESK, TELEPHONE])
def test_the_sign_fills_the_page_until_it_was_seen_and_comes_back_with_the_next_alarm(
    browser: Browser, recorded: RecordedRun, address: str, size: tuple[int, int]
) -> None:
    with tab(browser, size=size) as opened:
        page = opened.page
        page.goto(address)
        expect(page.locator("#neon")).to_have_count(0)
        recorded.watch = Watch(sign=SIGN)
        recorded.until_ms += 1_000
        neon = page.locator("#neon")
        expect(neon).to_be_visible()
        expect(page.locator("body")).to_have_class(FULL)
        box = neon.bounding_box()
        assert box is not None
        assert (box["x"], box["y"], box["width"] >= size[0] - 20, box["height"] >= size[1] - 20) == (
            0,
            0,
            True,
            True,
        )
        expect(neon).to_contain_text("be_auth/auth2: weight: 100 approved, 1 running")
        opened.shot("neon-full")
        assert opened.barriers() == []
        page.get_by_role("button", name="Seen").click()
        expect(page.locator("body")).to_have_class(NOT_FULL)
        expect(neon).to_be_visible()
        opened.shot("neon-seen")
        recorded.watch = Watch(sign=replace(SIGN, seq=99))
        recorded.until_ms += 1_000
        expect(page.locator("body")).to_have_class(FULL)


def test_the_siren_is_off_until_somebody_wants_it_and_ends_when_it_was_heard(
    browser: Browser, recorded: RecordedRun, address: str
) -> None:
    with tab(browser, size=DESK) as opened:
        page = opened.page
        page.goto(address)
        siren = page.locator("#siren")
        expect(siren).to_have_text("Siren: off")
        recorded.watch = Watch(sign=SIGN)
        recorded.until_ms += 1_000
        expect(page.locator("#neon")).to_be_visible()
        assert page.evaluate("document.body.dataset.siren") == "off"
        page.get_by_role("button", name="Seen").click()
        siren.click()
        expect(siren).to_have_attribute("aria-pressed", "true")
        recorded.watch = Watch(sign=replace(SIGN, seq=50))
        recorded.until_ms += 1_000
        expect(page.locator("body")).to_have_attribute("data-siren", "on")
        page.get_by_role("button", name="Seen").click()
        expect(page.locator("body")).to_have_attribute("data-siren", "off")


def test_the_change_log_and_a_review(browser: Browser, recorded: RecordedRun, address: str) -> None:
    with tab(browser, size=DESK) as opened:
        page = opened.page
        page.goto(address)
        page.get_by_role("link", name="Changes").click()
        expect(page.locator("#tool")).to_contain_text("risky: routing")
        expect(page.locator("#tool")).to_contain_text("Change control: reviewed")
        opened.shots("changes")
        assert opened.barriers() == []
        page.get_by_label("Your review").fill("fine with me")
        page.get_by_role("button", name="Approve").click()
        expect(page.locator("#tool")).to_contain_text("c1 is approved")
        assert ("review", "trainee", "c1", "approve", "fine with me") in recorded.asked
        page.get_by_role("link", name="Sign", exact=True).click()
        expect(page.locator("#tool")).to_contain_text("There is none here")
