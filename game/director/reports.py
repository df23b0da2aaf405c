"""The debrief of a run, written as files into its folder: Markdown, and one self-contained HTML page with charts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from game.core.report.html import html_report
from game.core.report.markdown import markdown_report
from game.core.report.terminal import terminal_report
from game.core.views import DebriefView
from game.errors import StorageFailed
from game.render import rendered

if TYPE_CHECKING:
    from pathlib import Path

    from game.core.debrief import Debrief

MARKDOWN, HTML = "debrief.md", "debrief.html"


def write_reports(root: Path, run: str, found: Debrief) -> DebriefView:
    """Write both reports (again), and give the debrief for a terminal."""
    markdown = markdown_report(found)
    page = root / HTML
    try:
        root.mkdir(parents=True, exist_ok=True)
        (root / MARKDOWN).write_text(markdown, encoding="utf-8")
        page.write_text(html_report(found, lesson=rendered(found.lesson.text)), encoding="utf-8")
    except OSError as error:
        raise StorageFailed(
            f"cannot write the debrief into {root}: {error.strerror}", hint="is the disk full?"
        ) from error
    counted = found.score if found.score is not None and found.score.counts else None
    return DebriefView(
        run=run,
        score=counted.total if counted else None,
        achievable=counted.achievable if counted else None,
        markdown=markdown,
        terminal=terminal_report(found),
        html_path=str(page),
    )
