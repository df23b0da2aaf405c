"""Debian's Chromium, watched: whatever a page complains about on the console, or its policy blocks, is a failure."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.sync_api import TimeoutError as TooSlow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules/axe-core/axe.min.js"
SHOTS = Path(__file__).parent / "screenshots"
DESK, TELEPHONE = (1920, 1080), (390, 844)
SHOT_TRIES, SHOT_MS = 4, 10_000
SERIOUS = frozenset({"serious", "critical"})


@dataclass
class Tab:
    """A page in a context of its own, and what it complained about."""

    page: Page
    context: BrowserContext
    complaints: list[str] = field(default_factory=list)

    def shot(self, name: str) -> None:
        """Take a picture. Chromium now and then owes one while much else runs; it is asked again for that one thing."""
        SHOTS.mkdir(exist_ok=True)
        size = self.page.viewport_size or {"width": 0}
        for left in reversed(range(SHOT_TRIES)):
            try:
                self.page.screenshot(
                    path=SHOTS / f"{name}-{size['width']}.png", full_page=size["width"] < 600, timeout=SHOT_MS
                )
            except TooSlow:
                if not left:
                    raise
            else:
                return

    def shots(self, name: str) -> None:
        """The same page as on a desk and on a telephone; it ends in the size that it had."""
        size = self.page.viewport_size or {"width": DESK[0], "height": DESK[1]}
        for width, height in (DESK, TELEPHONE):
            self.page.set_viewport_size({"width": width, "height": height})
            self.shot(name)
        self.page.set_viewport_size(size)

    def barriers(self) -> list[str]:
        """What axe finds serious or critical. It is evaluated from outside: the page's policy runs nothing inline."""
        assert AXE.exists(), "axe is missing, which finds barriers in pages: npm ci --ignore-scripts"
        self.page.evaluate(AXE.read_text())
        found: dict[str, Any] = self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{one['id']}: {one['help']}: {node['html'][:160]}"
            for one in found["violations"]
            if one["impact"] in SERIOUS
            for node in one["nodes"][:3]
        ]


@contextmanager
def tab(
    browser: Browser, size: tuple[int, int] = DESK, *, expected: tuple[str, ...] = (), **words: Any
) -> Iterator[Tab]:
    """A new page. `expected` are words of complaints that the test itself brings about, until the page is closed."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, **words)
    page = context.new_page()
    opened = Tab(page=page, context=context)
    page.on(
        "console",
        lambda message: (
            opened.complaints.append(message.text) if message.type in {"error", "warning"} else None
        ),
    )
    page.on("pageerror", lambda error: opened.complaints.append(str(error)))
    try:
        yield opened
    finally:
        context.close()
    complaints = [one for one in opened.complaints if not any(word in one for word in expected)]
    assert not complaints, complaints


def executable() -> str:
    found = shutil.which("chromium")
    assert found is not None, "Chromium is missing: apt-get install chromium"
    return found
