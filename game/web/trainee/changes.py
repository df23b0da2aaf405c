"""The change log on the team's screen: who changed what, and what waits for somebody's review."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request

from game.core.durations import clock
from game.web import contract
from game.web import handlers as do
from game.web.outcome import NO_OUTCOME, Outcome
from game.web.page import Page, shown
from game.web.trainee.acts import read_form
from game.web.trainee.tools import tried

if TYPE_CHECKING:
    from collections.abc import Callable

    from game.core.views import Reply
    from game.web.house import Visit


def changes(visit: Visit, said: Outcome = NO_OUTCOME) -> str:
    return shown(
        "team/tool_changes.html",
        tool="changes",
        visit=visit,
        log=visit.run.proposals.log(),
        clock=clock,
        me=visit.by,
        said=said,
    )


def change(visit: Visit, revision: str) -> str:
    """One change as a diff, with what one can do about it."""
    run = visit.run
    lines = run.desk.diff(revision).lines
    known = next((one for one in run.desk.commits().commits if one.revision.startswith(revision)), None)
    return shown(
        "team/tool_change.html", tool="changes", visit=visit, diff=lines, commit=known, revision=revision
    )


def revert(visit: Visit) -> str:
    return _done(visit, lambda: do.revert(visit, read_form(contract.RevertBody)))


def propose(visit: Visit) -> str:
    return _done(visit, lambda: do.propose(visit, read_form(contract.ProposalBody)))


def review(visit: Visit, name: str) -> str:
    return _done(visit, lambda: do.review(visit, name, read_form(contract.ReviewBody)))


def preview(visit: Visit, name: str) -> str:
    return _done(visit, lambda: do.preview(visit, name))


def make(visit: Visit, name: str) -> str:
    """Make a change that was proposed, as its author: what it takes is asked of the rules again."""
    emergency = request.form.get("emergency", "")
    return _done(visit, lambda: _made(visit, name, emergency))


def sign(visit: Visit, said: Outcome = NO_OUTCOME) -> str:
    """What the neon sign shows, and how it is set."""
    shows = visit.run.watch.view()
    return shown("team/tool_sign.html", tool="sign", visit=visit, sign=shows, clock=clock, said=said)


def mend_sign(visit: Visit) -> str:
    return sign(visit, tried("tool", lambda: do.mend_sign(visit)))


def _made(visit: Visit, name: str, emergency: str) -> Reply:
    known = next((one for one in visit.run.proposals.log().changes if one.name == name), None)
    why = known.why if known else ""
    if known is not None and known.revert:
        return do.revert(visit, contract.RevertBody(revision=known.revert, why=why, emergency=emergency))
    if known is not None and known.command:
        return do.console(visit, contract.ConsoleBody(line=known.command, why=why, emergency=emergency))
    return do.apply(visit, contract.ApplyBody(message=why, emergency=emergency))


def _done(visit: Visit, act: Callable[[], Reply]) -> str:
    return changes(visit, tried("tool", act))


PAGES = (
    Page(method="GET", path="/team/changes", view=changes),
    Page(method="GET", path="/team/changes/<revision>", view=change),
    Page(method="POST", path="/team/revert", view=revert),
    Page(method="POST", path="/team/proposals", view=propose),
    Page(method="POST", path="/team/proposals/<name>", view=make),
    Page(method="POST", path="/team/previews/<name>", view=preview),
    Page(method="GET", path="/team/sign", view=sign),
    Page(method="POST", path="/team/sign", view=mend_sign),
    Page(method="POST", path="/team/reviews/<name>", view=review),
)
