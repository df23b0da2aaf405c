"""Dance partners: an author and a reviewer of one team, each in a browser of their own, on a real stack."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.chromium import tab

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Browser, Locator, Page

    from tests.browser.chromium import Tab
    from tests.stack.game.terminal import Terminal

pytestmark = pytest.mark.browser

OPEN_S, END_S = 30.0, 60.0
READY_MS, ANSWER_MS, PAGE_MS = 240_000, 40_000, 90_000
TEAM = "Two Left Feet"
# Nothing breaks in it: what happens to the files is what the two of them do.
EVENT = f"""\
format: 1
name: partners
title: "An evening of reviews"
change_control: reviewed
teams: ["{TEAM}"]
rounds: [{{exercise: two-step, seed: 4}}]
"""


@pytest.mark.timeout(600)
def test_a_change_goes_from_its_author_to_a_partner_and_into_service(
    browser: Browser, play: Callable[..., Terminal], tmp_path: Path
) -> None:
    file = tmp_path / "partners.yaml"
    file.write_text(EVENT, encoding="utf-8")
    terminal = play("serve", str(file), "--port", "0", "--insist")
    told = terminal.until(rb"Ctrl-C ends it", OPEN_S)
    with tab(browser) as desk, tab(browser) as author, tab(browser) as partner:
        address = _found(r"teams +(http://\S+)/join", told)
        for opened, member in ((author, "Ada"), (partner, "Grace")):
            _comes_in(opened.page, address, _found(rf"(\S+) +{TEAM}", told), member)
        _starts(desk.page, address, _found(r"yours alone:\s+(\S+)", told))
        _acknowledges(author.page)
        _proposes(author, "maxconn 1500", "maxconn 1400", "the measured peak is 300")
        _cannot_approve_the_own(author, address)
        _previews_and_comments(partner)
        _says(partner.page, "Approve", "the peak leaves room")
        _has_changed_meanwhile(author, partner)
        _is_put_into_service(author)
        _breaks_the_glass(author)
        _pays_for_it(author, desk)
    terminal.press(b"\x03")
    assert terminal.ends(END_S) == 0


def _found(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    assert found, text
    return found[1]


def _comes_in(page: Page, address: str, code: str, member: str) -> None:
    page.goto(f"{address}/join")
    page.get_by_label("Code").fill(code)
    page.get_by_label("Your name").fill(member)
    page.get_by_role("button", name="Come in").click()
    expect(page.get_by_text(f"You are in, {member}.")).to_be_visible()


def _starts(page: Page, address: str, key: str) -> None:
    page.goto(f"{address}/join")
    page.get_by_label("Code").fill(key)
    page.get_by_role("button", name="Come in").click()
    page.get_by_label("even if this machine seems too small").check()
    page.get_by_role("button", name="Prepare round 1").click()
    go = page.get_by_role("button", name="Start all at one instant")
    expect(go).to_be_enabled(timeout=READY_MS)
    go.click()


def _acknowledges(page: Page) -> None:
    """Something earned, so that there is something to pay with."""
    page.locator("#acknowledge").click(timeout=PAGE_MS)
    expect(page.locator(".taken")).to_be_visible(timeout=ANSWER_MS)


def _edits(page: Page, old: str, new: str) -> None:
    page.locator("#tab-files").click()
    editor = page.locator("#editor-text")
    expect(editor).to_be_visible(timeout=ANSWER_MS)
    text = editor.input_value()
    assert old in text
    editor.fill(text.replace(old, new, 1))
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="Not committed yet")).to_be_visible(timeout=ANSWER_MS)


def _proposes(author: Tab, old: str, new: str, why: str) -> None:
    page = author.page
    _edits(page, old, new)
    page.locator("#tab-changes").click()
    pending = page.get_by_role("region", name="Edited, and not in service")
    expect(pending).to_contain_text("risky: limits")
    pending.get_by_label("Why").fill(why)
    pending.get_by_role("button", name="Ask for a review").click()
    expect(page.locator("#tool .said")).to_contain_text("is up for review", timeout=ANSWER_MS)


def _cannot_approve_the_own(author: Tab, address: str) -> None:
    """Not on the page, where there is no button, and not by asking without it; nor apply it before anybody else has."""
    page = author.page
    card = _card(page, "c1")
    expect(card).to_contain_text("proposed")
    expect(card).to_contain_text("HAProxy accepts it")
    expect(card.get_by_role("button", name="Approve")).to_have_count(0)
    answer = page.request.post(
        f"{address}/team/reviews/c1", form={"verdict": "approve", "text": ""}, headers={"Origin": address}
    )
    assert "nobody reviews their own change" in answer.text()
    page.locator("#tab-files").click()
    page.locator(".editor").get_by_label("Why").fill("it is only a number")
    page.get_by_role("button", name="Save and apply").click()
    expect(page.locator("#tool .said")).to_contain_text("waits for its review", timeout=ANSWER_MS)


def _previews_and_comments(partner: Tab) -> None:
    page = partner.page
    page.locator("#tab-changes").click()
    card = _card(page, "c1")
    expect(card).to_contain_text("1500", timeout=ANSWER_MS)
    card.get_by_role("button", name="Try it on a shadow").click()
    expect(_card(page, "c1")).to_contain_text("On a shadow", timeout=ANSWER_MS)
    _says(page, "Comment", "by which measurement?")
    partner.shots("partners-review")
    assert partner.barriers() == []


def _says(page: Page, verdict: str, text: str) -> None:
    card = _card(page, "c1")
    card.get_by_label("Your review").fill(text)
    card.get_by_role("button", name=verdict, exact=True).click()
    expect(_card(page, "c1").locator(".review", has_text=f": {text}")).to_be_visible(timeout=ANSWER_MS)


def _has_changed_meanwhile(author: Tab, partner: Tab) -> None:
    """What was approved is not what would be applied any more: the approval is void, and another one is needed."""
    page = author.page
    page.locator("#tab-changes").click()
    expect(_card(page, "c1")).to_contain_text("Grace approves", timeout=ANSWER_MS)
    expect(_card(page, "c1").get_by_role("button", name="Put it into service")).to_be_visible()
    _proposes(author, "maxconn 1400", "maxconn 1300", "a little less will do")
    card = _card(page, "c1")
    expect(card).to_contain_text("Grace approves: the peak leaves room (void: the change was changed since)")
    expect(card.get_by_role("button", name="Put it into service")).to_have_count(0)
    author.shots("partners-void")
    partner.page.locator("#tab-changes").click()
    expect(_card(partner.page, "c1")).to_contain_text("1300", timeout=ANSWER_MS)
    _says(partner.page, "Approve", "still more than three times the peak")


def _is_put_into_service(author: Tab) -> None:
    page = author.page
    page.locator("#tab-changes").click()
    _card(page, "c1").get_by_role("button", name="Put it into service").click(timeout=ANSWER_MS)
    expect(page.locator("#tool .said")).to_contain_text("in service", timeout=ANSWER_MS)
    expect(_card(page, "c1")).to_contain_text("✓ approved by Grace")
    expect(_card(page, "c1")).to_contain_text("in service")


def _breaks_the_glass(author: Tab) -> None:
    page = author.page
    _proposes(author, "maxconn 1300", "maxconn 1200", "no time to ask")
    card = _card(page, "c2")
    card.get_by_text("It cannot wait").click()
    card.get_by_label("Why the glass has to be broken").fill("the meeting takes an hour")
    card.get_by_role("button", name="Break the glass").click()
    expect(page.locator("#tool .said")).to_contain_text("in service", timeout=ANSWER_MS)
    expect(_card(page, "c2")).to_contain_text(
        "The glass was broken: the meeting takes an hour. A review is owed."
    )
    author.shots("partners-glass")


def _pays_for_it(author: Tab, desk: Tab) -> None:
    page = author.page
    form = page.locator("#resolve")
    form.locator("summary").click()
    form.get_by_label("I am done").check()
    form.get_by_role("button", name="End the run").click()
    # Before the round is over nobody may read what others could still use.
    expect(desk.page.get_by_text("Round 1 is over.")).to_be_visible(timeout=PAGE_MS)
    page.get_by_role("link", name="Read the debrief").click(timeout=PAGE_MS)
    expect(page.get_by_role("heading", name="Score, line by line")).to_be_visible(timeout=PAGE_MS)
    line = page.get_by_role("row", name=re.compile("^Glass broken [-\u2212]"))
    expect(line).to_contain_text("the glass was broken for c2, 40 each; 1 not reviewed since, 20 each")
    expect(line).to_contain_text(re.compile(r"[-\u2212]\d+"))
    author.shots("partners-debrief")


def _card(page: Page, name: str) -> Locator:
    return page.locator(".changes > li", has=page.locator("b.tag", has_text=re.compile(f"^{name}$")))
