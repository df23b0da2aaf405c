"""The facilitator's pages: the floor with everything that steers it, and what is looked up beside it."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from flask import render_template, request

from game.core.markup import Markup
from game.event.preflight import preflight
from game.web.app import web
from game.web.drawing import safe
from game.web.facilitator.act import OWNER
from game.web.facilitator.act import PAGES as ACTS
from game.web.facilitator.export import PAGES as EXPORTS
from game.web.facilitator.glance import floor_glance
from game.web.facilitator.live import FloorScreen
from game.web.hall_house import hall_of
from game.web.house import FACILITATORS
from game.web.page import Page, streamed, swaps
from game.web.trainee.live import Screen

if TYPE_CHECKING:
    from flask import Response

    from game.web.house import Visit


def floor(visit: Visit) -> str:
    """The whole page; `?team=` opens a team's panel beside the floor."""
    app, hall = web(), hall_of(visit)
    parts = FloorScreen(app=app, hall=hall)().parts
    glance = floor_glance(hall.floor(), app.presence.here)
    chosen = next((one for one in glance.lines if one.team.row.team == request.args.get("team")), None)
    return render_template(
        "facilitator/page.html",
        live=app.live,
        parts={name: safe(Markup(text)) for name, text in parts.items()},
        glance=glance,
        chosen=chosen,
        token=hall.doors.token(chosen.team.row.team) if chosen else "",
        said=app.outcomes.find(OWNER, request.args.get("said", "")),
        still=bool(request.args.get("still")),
        submission=secrets.token_hex(8),
        address=app.address,
        event_code=hall.doors.code() if hall.doors.open_enrolment else "",
        corrections=tuple(reversed(hall.state.corrections)),
    )


def stream(visit: Visit) -> Response:
    app = web()
    screen = FloorScreen(app=app, hall=hall_of(visit))
    return streamed(app.streams.listen("facilitator", screen, request.headers.get("Last-Event-ID", "")[:80]))


def answer(visit: Visit) -> str:
    """The answer of the present round: shown when it is asked for, and never part of another page."""
    hall = hall_of(visit)
    part = "facilitator/_answer.html"
    return render_template(
        part if swaps() else "facilitator/aside.html",
        part=part,
        heading="Answer key",
        live=web().live,
        answer=hall.answer_key(),
        exercise=hall.board().exercise,
    )


def machine(visit: Visit) -> str:
    """Does this machine carry the event?"""
    found = preflight(max(1, len(hall_of(visit).state.teams)), hall_of(visit).means.runtime)
    part = "facilitator/_preflight.html"
    return render_template(
        part if swaps() else "facilitator/aside.html",
        part=part,
        heading="Pre-flight",
        live=web().live,
        found=found,
    )


def as_team(visit: Visit, team: str) -> str:
    """A team's screen as the team sees it, to look at only: the deeds of a team are refused to everybody else."""
    app, known = web(), hall_of(visit).doors.team(team)
    parts = Screen(app, known.team)().parts
    run = app.house.performance(known.team)
    return render_template(
        "facilitator/as_team.html",
        live=app.live,
        team=known,
        title=run.view().title if run else "",
        parts={name: safe(Markup(text)) for name, text in parts.items()},
    )


def team_stream(visit: Visit, team: str) -> Response:
    """The same stream that the team listens to."""
    app, known = web(), hall_of(visit).doors.team(team)
    last_id = request.headers.get("Last-Event-ID", "")[:80]
    return streamed(app.streams.listen(f"team:{known.team}", Screen(app, known.team), last_id))


PAGES = (
    Page(method="GET", path="/facilitator", view=floor, roles=FACILITATORS),
    Page(method="GET", path="/facilitator/stream", view=stream, roles=FACILITATORS),
    Page(method="GET", path="/facilitator/answer", view=answer, roles=FACILITATORS),
    Page(method="GET", path="/facilitator/preflight", view=machine, roles=FACILITATORS),
    Page(method="GET", path="/facilitator/teams/<team>", view=as_team, roles=FACILITATORS),
    Page(method="GET", path="/facilitator/teams/<team>/stream", view=team_stream, roles=FACILITATORS),
    *ACTS,
    *EXPORTS,
)
