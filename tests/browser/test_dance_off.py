"""A whole dance-off in browsers: two teams on real stacks, one solves it, the other reverts blindly, everybody watches."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.chromium import TELEPHONE, tab
from tests.browser.solving import (
    ANSWER_MS,
    PAGE_MS,
    RECOVERY_MS,
    declares,
    declares_it_over,
    is_paged_and_looks,
    mends,
    reads_the_debrief,
    says_what_it_is,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, Page

    from tests.browser.chromium import Tab
    from tests.stack.game.terminal import Terminal

pytestmark = pytest.mark.browser

OPEN_S, END_S = 30.0, 60.0
READY_MS = 240_000
SOLVERS, REVERTERS = "Green Lights", "Blind Faith"
# How many of the latest changes the second team takes back without looking: the guilty one, and what came after it.
TAKEN_BACK = 3


@dataclass
class Doors:
    """What `danceoff serve` prints."""

    address: str
    code: str
    key: str


@pytest.mark.timeout(900)
def test_a_dance_off_of_two_teams(browser: Browser, play: Callable[..., Terminal]) -> None:
    terminal = play("serve", "--port", "0", "--name", "test-ball", "--exercise", "macarena", "--insist")
    doors = _doors(terminal.until(rb"Ctrl-C ends it", OPEN_S))
    with (
        tab(browser) as desk,
        tab(browser, color_scheme="dark") as wall,
        tab(browser) as solvers,
        tab(browser, TELEPHONE) as reverters,
    ):
        wall.page.goto(f"{doors.address}/?view=wall")
        _comes_in(solvers.page, doors, "Ada", SOLVERS)
        _comes_in(reverters.page, doors, "Ned", REVERTERS)
        _starts(desk, doors)
        revision = is_paged_and_looks(solvers)
        says_what_it_is(solvers, revision)
        _reverts_blindly(reverters)
        wall.shot("dance-off-race")
        desk.page.get_by_role("button", name="Freeze the board").click()
        desk.page.get_by_role("button", name="Freeze it").click()
        expect(wall.page.locator(".band.frozen")).to_be_visible()
        mends(solvers)
        declares_it_over(solvers, revision)
        _has_to_wait(solvers)
        _claims_success(reverters)
        reads_the_debrief(solvers)
        _is_told(desk, wall)
        _takes_home(desk, doors)
    terminal.press(b"\x03")
    assert terminal.ends(END_S) == 0
    assert "the event was left as it stands" in terminal.text


def _doors(text: str) -> Doors:
    address = re.search(r"teams +(http://\S+)/join", text)
    code = re.search(r"join code +(\S+)", text)
    key = re.search(r"yours alone:\s+(\S+)", text)
    assert address
    assert code
    assert key
    return Doors(address=address[1], code=code[1], key=key[1])


def _comes_in(page: Page, doors: Doors, member: str, team: str) -> None:
    page.goto(f"{doors.address}/join")
    page.get_by_label("Code").fill(doors.code)
    page.get_by_label("Your name").fill(member)
    page.get_by_label("Your new team's name").fill(team)
    page.get_by_role("button", name="Come in").click()
    expect(page.get_by_text(f"You are in, {member}.")).to_be_visible()


def _starts(desk: Tab, doors: Doors) -> None:
    page = desk.page
    page.goto(f"{doors.address}/join")
    page.get_by_label("Code").fill(doors.key)
    page.get_by_role("button", name="Come in").click()
    for team in (SOLVERS, REVERTERS):
        expect(page.get_by_role("link", name=team)).to_be_visible()
    page.get_by_label("even if this machine seems too small").check()
    page.get_by_role("button", name="Prepare round 1").click()
    go = page.get_by_role("button", name="Start all at one instant")
    expect(go).to_be_enabled(timeout=READY_MS)
    desk.shot("dance-off-ready")
    go.click()
    expect(page.get_by_role("button", name="Freeze the board")).to_be_visible(timeout=ANSWER_MS)


def _reverts_blindly(opened: Tab) -> None:
    page = opened.page
    expect(page.locator("#acknowledge").or_(page.locator(".taken")).first).to_be_visible(timeout=PAGE_MS)
    for place in range(TAKEN_BACK):
        page.locator("#tab-changes").click()
        # What is taken back adds a change on top, so that the next one to take back is two further down.
        row = page.locator(".changes > li").nth(2 * place)
        expect(row).to_be_visible(timeout=ANSWER_MS)
        row.locator("a").click()
        page.get_by_role("button", name="Revert this change and apply").click()
        expect(page.locator("#tool .said")).to_be_visible(timeout=ANSWER_MS)
    opened.shot("dance-off-blind")


def _has_to_wait(opened: Tab) -> None:
    """Who is done first could tell the others the answer."""
    page = opened.page
    page.get_by_role("link", name="Read the debrief").click()
    expect(page.get_by_role("heading", name="others are still playing this")).to_be_visible(timeout=ANSWER_MS)
    page.get_by_role("link", name="Back to the floor").click()
    expect(page.get_by_role("link", name="Read the debrief")).to_be_visible(timeout=ANSWER_MS)


def _claims_success(opened: Tab) -> None:
    """Without having understood anything."""
    page = opened.page
    form = page.locator("#resolve")
    form.locator("summary").click()
    form.locator("[name=unnoticed]").fill("Something was wrong, and now it is not.")
    declares(page, lambda button: button.click())
    page.get_by_role("link", name="Read the debrief").click(timeout=RECOVERY_MS)
    expect(page.get_by_role("heading", name="Score, line by line")).to_be_visible(timeout=ANSWER_MS)
    opened.shot("dance-off-debrief")
    assert opened.barriers() == []


def _is_told(desk: Tab, wall: Tab) -> None:
    """The board stays frozen until the lines are revealed, the last place first."""
    expect(desk.page.get_by_text("Round 1 is over.")).to_be_visible(timeout=RECOVERY_MS)
    expect(wall.page.locator(".band.frozen")).to_be_visible()
    desk.page.get_by_role("button", name=f"Reveal {REVERTERS}").click()
    expect(wall.page.locator(".band.frozen")).to_contain_text("1 line is still")
    expect(wall.page.locator("tr.just:visible")).to_contain_text(REVERTERS)
    desk.page.get_by_role("button", name=f"Reveal {SOLVERS}").click()
    expect(wall.page.locator(".band.frozen")).to_have_count(0)
    expect(wall.page.locator("tbody tr:visible").first).to_contain_text(SOLVERS)
    wall.shot("dance-off-result")
    desk.shot("dance-off-over")
    assert wall.barriers() == []
    assert desk.barriers() == []


def _takes_home(desk: Tab, doors: Doors) -> None:
    page = desk.page
    page.goto(f"{doors.address}/facilitator/exports")
    with page.expect_download() as download:
        page.get_by_role("link", name="Everything in one archive").click()
    archive = zipfile.ZipFile(io.BytesIO(download.value.path().read_bytes()))
    names = archive.namelist()
    for ending in (".csv", ".jsonl", ".html", ".md", ".svg"):
        assert any(name.endswith(ending) for name in names), (ending, names)
    points = _points(next(archive.read(name).decode() for name in names if name.endswith(".csv")))
    assert points[SOLVERS] >= 700
    assert 0 < points[REVERTERS] < points[SOLVERS]


def _points(table: str) -> dict[str, int]:
    rows = list(csv.DictReader(io.StringIO(table)))
    return {row["team"]: int(row["points"]) for row in rows}
