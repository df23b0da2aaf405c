"""The debrief within the site: the report's own sections, under the site's policy, with the way to play again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template

from game.core.debrief import debrief
from game.core.report.html import report_body, report_title
from game.errors import Refused
from game.render import rendered
from game.web.drawing import safe
from game.web.page import Page

if TYPE_CHECKING:
    from game.web.house import Visit

MOST_SEED = 2**31


def report(visit: Visit) -> str:
    """Only once it may be known, since it holds the answer; until then a page that waits for it."""
    run = visit.run
    try:
        # Refused while the run is open, or while others still play the same exercise; and it writes the files to take home.
        run.debrief()
    except Refused as error:
        return render_template("debrief/not_yet.html", why=error.what, hint=error.hint)
    found = debrief(run.told(), run.rival(), run.both())
    seed = 0 if found.opened is None else (found.opened.seed + 1) % MOST_SEED
    return render_template(
        "debrief/page.html",
        title=report_title(found),
        body=safe(report_body(found, lesson=rendered(found.lesson.text))),
        code=run.briefing.code,
        run=run.run,
        seed=seed,
    )


PAGES = (Page(method="GET", path="/team/debrief", view=report),)
