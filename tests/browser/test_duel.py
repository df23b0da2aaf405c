"""A review duel as it is played: the first word on the page, the second in the terminal, the truth in the debrief."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.chromium import tab

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser

    from tests.stack.game.terminal import Terminal

pytestmark = pytest.mark.browser

START_S, ANSWER_S, END_S = 120.0, 60.0, 60.0
ANSWER_MS = 60_000


@pytest.mark.timeout(400)
def test_a_word_on_the_page_and_one_in_the_terminal(browser: Browser, play: Callable[..., Terminal]) -> None:
    # This seed deals a good one first, and a bad one after it.
    terminal = play("play", "polonaise", "--seed", "0")
    start = terminal.until(rb"The same in a browser: \S+", START_S)
    terminal.until(rb"REVIEW(?s:.)*c1 waits for your word", ANSWER_S)
    with tab(browser) as opened:
        page = opened.page
        page.goto(start.rsplit(" ", 1)[-1].strip())
        strip = page.locator("#duel")
        expect(strip).to_contain_text("REVIEW 1 of 6", timeout=ANSWER_MS)
        strip.get_by_role("link", name="Read it").click()
        card = page.locator(".changes > li").first
        expect(card).to_contain_text("Referrer-Policy", timeout=ANSWER_MS)
        opened.shots("duel-waits")
        assert opened.barriers() == []
        card.get_by_role("button", name="Approve").click()
        expect(page.locator("#tool .said")).to_contain_text("c1 is approved", timeout=ANSWER_MS)
        expect(strip).to_contain_text("REVIEW 2 of 6", timeout=ANSWER_MS)
        page.locator("#tab-changes").click()
        expect(page.locator(".changes > li", has_text="approved by trainee")).to_contain_text("in service")
        opened.shots("duel-second")
    terminal.send("danceoff duel")
    asked = terminal.until(rb"q: leave(?s:.)*your word", ANSWER_S)
    assert "2 of 6" in asked
    assert "timeout server" in asked
    terminal.send("p")
    assert "on a shadow" in terminal.until(rb"on a shadow(?s:.)*your word", ANSWER_S)
    terminal.send("s")
    terminal.until(rb"why", ANSWER_S)
    terminal.send("a long passphrase takes longer than that")
    terminal.until(rb" 3 of 6 (?s:.)*q: leave(?s:.)*your word", ANSWER_S)
    terminal.send("q")
    terminal.send("exit")
    terminal.leave_the_debrief(END_S)
    report = terminal.until(rb"report: \S+", END_S)
    assert "A review duel: 1 of 2 bad ones stopped, 1 of 4 good ones let through" in report
    assert "a bad one, stopped after" in report
    terminal.ends(END_S)
