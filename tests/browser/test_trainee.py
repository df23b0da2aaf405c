"""Somebody lives through the incident in the browser alone, with the keyboard alone, on a real stack."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.browser.chromium import tab
from tests.browser.solving import (
    declares_it_over,
    is_paged_and_looks,
    mends,
    reads_the_debrief,
    says_what_it_is,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser

    from tests.stack.game.terminal import Terminal

pytestmark = pytest.mark.browser

START_S, END_S = 150.0, 60.0


@pytest.mark.timeout(600)
def test_a_whole_incident_by_keyboard(browser: Browser, play: Callable[..., Terminal]) -> None:
    terminal = play("play", "macarena", "--no-shell", "--seed", "3")
    start = terminal.until(rb"in a browser: http://127\.0\.0\.1:\d+/join\?code=[\w-]+\s", START_S)
    found = re.search(r"http://\S+", start[start.rindex("in a browser") :])
    assert found
    with tab(browser) as opened:
        opened.page.goto(found.group())
        revision = is_paged_and_looks(opened)
        says_what_it_is(opened, revision)
        mends(opened)
        declares_it_over(opened, revision)
        reads_the_debrief(opened)
    terminal.leave_the_debrief(END_S)
    assert terminal.ends(END_S) == 0
    points = re.search(r"(\d+) of (\d+) points", terminal.text)
    assert points
    assert int(points[1]) >= 700
