"""The pages of a team: the screen, its stream, and everything one can look at or do from it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args

from flask import render_template, request

from game.core.contest.facts import Role
from game.core.markup import Markup
from game.render import rendered
from game.web.app import web
from game.web.drawing import safe
from game.web.page import Page, streamed
from game.web.styles import PAGES as STYLES
from game.web.trainee.acts import PAGES as ACTS
from game.web.trainee.changes import PAGES as CHANGES
from game.web.trainee.live import Screen
from game.web.trainee.tools import PAGES as TOOLS

# What members of a team may be to one another; whoever has a part, has it alone.
ROLES = get_args(Role)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Response

    from game.web.app import Web
    from game.web.house import Visit
    from game.web.stream import Listener


def screen(visit: Visit) -> str:
    """The whole screen, complete without scripts; with them its parts are renewed by the stream."""
    app, team = web(), visit.principal.team
    app.presence.note(team, visit.by)
    if app.house.performance(team) is None:
        return render_template("team/nothing.html", live=app.live, visit=visit)
    run = visit.run
    parts = Screen(app, team)().parts
    return render_template(
        "team/screen.html",
        live=app.live,
        visit=visit,
        run=run.view(),
        parts={name: safe(Markup(text)) for name, text in parts.items()},
        brief=safe(rendered(run.briefing.brief)),
        words=run.taxonomy(),
        hint_costs=run.briefing.hint_costs,
        said=app.outcomes.find(team, request.args.get("said", "")),
        still=bool(request.args.get("still")),
        submission=secrets.token_hex(8),
        roles=ROLES if app.site.names_wanted else (),
        my_role=app.house.parts(team).get(visit.principal.member, ""),
    )


def stream(visit: Visit) -> Response:
    app, team = web(), visit.principal.team
    app.presence.note(team, visit.by)
    listener = app.streams.listen(
        f"team:{team}", Screen(app, team), request.headers.get("Last-Event-ID", "")[:80]
    )
    return streamed(Attended(listener=listener, app=app, visit=visit))


@dataclass(frozen=True, slots=True, kw_only=True)
class Attended:
    """A listener whose member counts as present for as long as the stream lasts."""

    listener: Listener
    app: Web
    visit: Visit

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self.listener:
            self.app.presence.note(self.visit.principal.team, self.visit.by)
            yield chunk

    def close(self) -> None:
        self.listener.close()


PAGES = (
    Page(method="GET", path="/team", view=screen),
    Page(method="GET", path="/team/stream", view=stream),
    *TOOLS,
    *CHANGES,
    *ACTS,
    *STYLES,
)
