"""Coming in and leaving: a code becomes a cookie that only this site's own pages send."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, make_response, redirect, render_template, request

from game.errors import DanceoffError, Refused, WrongCode
from game.web.access import cookie_name
from game.web.app import web
from game.web.house import ANYBODY
from game.web.page import Page

if TYPE_CHECKING:
    from game.web.house import Visit

HOME = {"trainee": "/team", "facilitator": "/facilitator", "spectator": "/"}
STAYS_S = 14 * 3600
LONGEST = 80


def door(_visit: Visit) -> Response:
    """The form; a code in the address comes from the one who printed it, and is tried at once."""
    code = request.args.get("code", "")[:LONGEST]
    if code and not web().site.names_wanted:
        return _join(code)
    return make_response(render_template("door.html", code=code, site=web().site))


def come_in(_visit: Visit) -> Response:
    words = (request.form.get(name, "").strip()[:LONGEST] for name in ("code", "member", "team"))
    return _join(*words)


def leave(_visit: Visit) -> Response:
    answer = make_response(redirect("/join", 303))
    answer.delete_cookie(cookie_name(request))
    return answer


def _join(code: str, member: str = "", team: str = "") -> Response:
    """Wrong codes are counted by address, right ones never: a whole room may come in from behind one."""
    app = web()
    app.doors.refuse_guessing(request)
    try:
        given = app.house.join(code, member, team)
    except DanceoffError as error:
        if isinstance(error, WrongCode):
            app.doors.failures.count(request.remote_addr or "")
        page = render_template(
            "door.html",
            code=code,
            member=member,
            team=team,
            problem=f"{error.what}: {error.hint}",
            site=app.site,
        )
        return make_response(page, 403 if isinstance(error, Refused) else 400)
    who = app.house.who(given)
    answer = make_response(redirect(HOME[who.role] if who else "/", 303))
    answer.set_cookie(
        cookie_name(request),
        given,
        httponly=True,
        samesite="Strict",
        secure=app.site.tls,
        max_age=STAYS_S,
        path="/",
    )
    return answer


PAGES = (
    Page(method="GET", path="/join", view=door, roles=ANYBODY),
    Page(method="POST", path="/join", view=come_in, roles=ANYBODY),
    Page(method="POST", path="/leave", view=leave, roles=ANYBODY),
)
