"""An evening of recorded runs, served to browsers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from game.core.contest.facts import Inject
from tests import journals
from tests.unit.web.recorded_hall import Ball, dance

if TYPE_CHECKING:
    from pathlib import Path

    from game.web.server import WebServer
    from tests.browser.chromium import Tab

INJECTS = (
    Inject(after_s=2, sender="customer care", text="The press is asking."),
    Inject(
        after_s=900,
        sender="duty manager",
        text="How long will it take? I have to tell the board.",
        teams=("t3",),
    ),
)
OVER_MS = 10**7
LOOKS_WITHIN_S = 60.0
# What each team plays, and how far it is on its run's clock.
ACTS = (
    (journals.perfect(), 205_000), (journals.relapse(), 205_000), (journals.blind_revert(), 96_000),
    (journals.nothing_done(), 205_000), (journals.perfect(), 258_000), (journals.relapse(), 90_000),
    (journals.interrupted(), OVER_MS), (journals.perfect(), 46_000), (journals.void(), OVER_MS),
    (journals.blind_revert(), OVER_MS), (journals.relapse(), 160_000), (journals.perfect(), 30_000),
)  # fmt: skip
MORE = ("Rollback Royale", "Zweite Reihe")


@dataclass
class Evening:
    ball: Ball
    server: WebServer
    root: Path

    @property
    def address(self) -> str:
        return self.server.address

    def sign_in(self, opened: Tab) -> None:
        opened.page.goto(f"{self.address}/join")
        opened.page.get_by_label("Code").fill(self.ball.hall.doors.key)
        opened.page.get_by_role("button", name="Come in").click()
        expect(opened.page.get_by_role("link", name="Projector")).to_be_visible()


def running(evening: Evening) -> None:
    """All but the last teams dance; presence, corrections and a word for all."""
    hall = evening.ball.hall
    dance(evening.ball, evening.root, ACTS)
    for team, member in (
        ("t1", "Ada"),
        ("t1", "Grace"),
        ("t2", "Barbara"),
        ("t5", "Radia"),
        ("t5", "Margaret"),
    ):
        guest = hall.doors.guest(hall.doors.join(hall.doors.code(team), member))
        assert guest is not None
        hall.doors.seen(guest)
    evening.ball.seats[3].health = "not running: auth3"
    hall.steering.announce("Coffee is in the foyer. Round two begins at half past three.")
    assert hall.wait_for(lambda one: one.board().spread_ms is not None, LOOKS_WITHIN_S)


def fits(opened: Tab, width: int) -> None:
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= width, (
        "the page is wider than the screen"
    )
