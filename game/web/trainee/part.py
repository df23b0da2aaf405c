"""Who of a team is what to the others: a part that a member takes, or gives up. For teams of an event."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast, get_args

from flask import Response, redirect, render_template, request

from game.core.contest.facts import Role
from game.errors import DanceoffError, Refused, UsageError
from game.event.doors import Guest
from game.web.app import web
from game.web.hall_house import hall_of
from game.web.outcome import Outcome
from game.web.page import Page, swaps

if TYPE_CHECKING:
    from game.web.house import Visit

PLACE = "part"


def take(visit: Visit) -> Response | str:
    try:
        outcome = _taken(visit, request.form.get("role", ""))
    except DanceoffError as error:
        outcome = Outcome(place=PLACE, words=error.what, hint=error.hint, good=False)
    if swaps():
        return render_template("team/_outcome.html", outcome=outcome)
    name = web().outcomes.keep(visit.principal.team, outcome)
    return cast("Response", redirect(f"/team?said={name}#{PLACE}", 303))


def _taken(visit: Visit, role: str) -> Outcome:
    hall, who = hall_of(visit), visit.principal
    if role not in get_args(Role):
        raise UsageError(f"{role[:20]!r} is no part", hint="take one of the list")
    member = next((one for one in hall.doors.team(who.team).members if one.name == who.member), None)
    if member is None:
        raise Refused("a program plays no part", hint="come in under a name")
    guest = Guest(role="trainee", team=who.team, member=member.member, name=member.name)
    hall.doors.take_role(guest, cast("Role", role))
    return Outcome(place=PLACE, words=f"you are {role} now" if role else "you gave your part up")


PAGES = (Page(method="POST", path="/team/part", view=take),)
