"""The drafted post-mortem as a page: from the debrief, in both languages, without barriers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.chromium import DESK, tab

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.unit.web.recorded import RecordedRun

pytestmark = pytest.mark.browser
OVER_MS = 10**9


def test_it_is_read_sober_and_in_dance_language(
    browser: Browser, recorded: RecordedRun, address: str
) -> None:
    recorded.until_ms = OVER_MS
    with tab(browser, size=DESK) as opened:
        page = opened.page
        page.goto(address)
        page.goto(f"{address.split('/join', maxsplit=1)[0]}/team/debrief")
        page.get_by_role("link", name="read it").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Post-mortem: macarena")
        opened.shots("post-mortem")
        assert opened.barriers() == []
        page.get_by_role("link", name="In dance language").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("The night of the macarena")
        opened.shots("post-mortem-dance")
        assert opened.barriers() == []
        page.get_by_role("link", name="Back to the debrief").click()
        expect(page.get_by_role("heading", name="Score, line by line")).to_be_visible()
