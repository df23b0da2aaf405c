"""What a trainee does in the browser, by keyboard alone: paged, looking, diagnosing, mending, declaring it over."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, Page

    from tests.browser.chromium import Tab

PAGE_MS, ANSWER_MS, RECOVERY_MS = 90_000, 40_000, 90_000
MOST_TABS = 120
MOST_DECLARATIONS = 5


@dataclass
class Keyboard:
    """Reaches things by Tab as people do who have no mouse."""

    page: Page

    def reach(self, wanted: Locator) -> None:
        for _ in range(MOST_TABS):
            if wanted.evaluate("element => element === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{wanted} cannot be reached by Tab")

    def press(self, wanted: Locator) -> None:
        self.reach(wanted)
        self.page.keyboard.press("Enter")

    def write(self, wanted: Locator, text: str) -> None:
        self.reach(wanted)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)

    def choose(self, wanted: Locator, value: str) -> None:
        self.reach(wanted)
        self.page.keyboard.type(value)
        expect(wanted).to_have_value(value)


def is_paged_and_looks(opened: Tab) -> str:
    """Gives the revision of the change that looks guilty."""
    page, keyboard = opened.page, Keyboard(opened.page)
    acknowledge = page.locator("#acknowledge")
    expect(acknowledge).to_be_visible(timeout=PAGE_MS)
    opened.shot("real-paged")
    keyboard.press(acknowledge)
    expect(page.locator(".taken")).to_be_visible(timeout=ANSWER_MS)
    keyboard.press(page.locator("#tab-runtime"))
    expect(page.locator(".stat")).to_contain_text("be_canary", timeout=ANSWER_MS)
    opened.shot("real-runtime")
    keyboard.press(page.locator("#tab-request"))
    keyboard.press(page.get_by_role("button", name="Send one verified login"))
    expect(page.locator("#tool .said")).to_contain_text("served", timeout=ANSWER_MS)
    opened.shot("real-request")
    keyboard.press(page.locator("#tab-changes"))
    canary = page.locator(".changes > li", has_text=re.compile("Canary|next step")).first.locator("a")
    expect(canary).to_be_visible(timeout=ANSWER_MS)
    opened.shot("real-changes")
    revision = canary.inner_text()
    keyboard.press(canary)
    expect(page.locator(".diff")).to_be_visible(timeout=ANSWER_MS)
    opened.shot("real-change")
    return revision


def says_what_it_is(opened: Tab, revision: str) -> None:
    page, keyboard = opened.page, Keyboard(opened.page)
    form = page.locator("#diagnose")
    keyboard.press(form.locator("summary"))
    keyboard.choose(form.locator("[name=component]"), "haproxy")
    keyboard.choose(form.locator("[name=mechanism]"), "canary-misrouted")
    keyboard.write(form.locator("[name=change]"), revision)
    keyboard.write(form.locator("[name=percent]"), "30")
    opened.shot("real-diagnosis")
    keyboard.press(form.get_by_role("button", name="Submit the diagnosis"))
    expect(form.locator(".said.good")).to_contain_text("recorded", timeout=ANSWER_MS)


def mends(opened: Tab) -> None:
    page, keyboard = opened.page, Keyboard(opened.page)
    keyboard.press(page.get_by_role("button", name="Revert this change and apply"))
    expect(page.locator("#tool .said")).to_contain_text("in service", timeout=ANSWER_MS)
    expect(page.get_by_text(re.compile(r"All \d+ users can sign in"))).to_be_visible(timeout=RECOVERY_MS)
    expect(page.locator(".steps .done", has_text="Recovered")).to_be_visible(timeout=RECOVERY_MS)
    opened.shot("real-recovered")


def declares_it_over(opened: Tab, revision: str) -> None:
    page, keyboard = opened.page, Keyboard(opened.page)
    form = page.locator("#resolve")
    keyboard.press(form.locator("summary"))
    keyboard.write(form.locator("[name=change]"), revision)
    keyboard.write(form.locator("[name=unnoticed]"), "The old pool's health check stayed green.")
    declares(page, keyboard.press)


def declares(page: Page, presses: Callable[[Locator], None]) -> None:
    """On a busy machine users may be hurt again by that alone; then it was too early, and it is said again."""
    form, debrief = page.locator("#resolve"), page.get_by_role("link", name="Read the debrief")
    for _ in range(MOST_DECLARATIONS):
        expect(page.locator(".steps .done", has_text="Recovered")).to_be_visible(timeout=RECOVERY_MS)
        # What was answered before must not be taken for the next answer.
        form.locator(".said").evaluate_all("all => all.forEach(one => one.remove())")
        presses(form.get_by_role("button", name="Declare it over"))
        expect(form.locator(".said").or_(debrief).first).to_be_visible(timeout=ANSWER_MS)
        if form.get_by_text("too early").count() == 0:
            break
    expect(debrief).to_be_visible(timeout=ANSWER_MS)


def reads_the_debrief(opened: Tab) -> None:
    page = opened.page
    Keyboard(page).press(page.get_by_role("link", name="Read the debrief"))
    expect(page.get_by_role("heading", name="Score, line by line")).to_be_visible(timeout=ANSWER_MS)
    opened.shot("real-debrief")
