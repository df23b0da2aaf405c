"""The debrief within the site: the report's own sections, under the site's policy, the way to play again, the post-mortem."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template, request

from game.core.report.html import report_body, report_title
from game.core.report.moves import dance_moves
from game.errors import Refused
from game.render import rendered
from game.web.drawing import safe
from game.web.page import Page

if TYPE_CHECKING:
    from game.web.house import Visit

MOST_SEED = 2**31


def report(visit: Visit) -> str:
    """Only once it may be known, since it holds the answer; until then a page that waits for it."""
    try:
        found = visit.run.debriefed()
    except Refused as error:
        return _not_yet(error)
    seed = 0 if found.opened is None else (found.opened.seed + 1) % MOST_SEED
    return render_template(
        "debrief/page.html",
        title=report_title(found),
        body=safe(report_body(found, lesson=rendered(found.lesson.text))),
        code=visit.run.briefing.code,
        run=visit.run.run,
        seed=seed,
    )


def post_mortem(visit: Visit) -> str:
    """The draft that `danceoff moves` prints, sober or (`?words=dance`) in the language of the floor."""
    try:
        found = visit.run.debriefed()
    except Refused as error:
        return _not_yet(error)
    dance = request.args.get("words") == "dance"
    heading, _, text = dance_moves(found, dance=dance).partition("\n\n")
    return render_template(
        "debrief/moves.html",
        title=heading.removeprefix("# "),
        text=safe(rendered(text)),
        dance=dance,
        run=visit.run.run,
    )


def _not_yet(refused: Refused) -> str:
    return render_template("debrief/not_yet.html", why=refused.what, hint=refused.hint)


PAGES = (
    Page(method="GET", path="/team/debrief", view=report),
    Page(method="GET", path="/team/moves", view=post_mortem),
)
