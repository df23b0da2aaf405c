"""A deed as it comes over the web: asked back first if it hurts, then done, then told on the page that it was done from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from flask import Response, redirect, render_template, request

from game.errors import DanceoffError
from game.web.app import web
from game.web.facilitator.deeds import DEEDS
from game.web.facilitator.form import Form
from game.web.hall_house import hall_of
from game.web.house import FACILITATORS
from game.web.outcome import Outcome
from game.web.page import Page

if TYPE_CHECKING:
    from game.web.facilitator.deeds import Deed
    from game.web.hall_house import HallHouse
    from game.web.house import Visit

HOME = "/facilitator"
# Whose outcomes these are: no team is called so.
OWNER = "facilitator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """The view of one deed."""

    deed: Deed

    def __call__(self, visit: Visit) -> Response | str:
        form = Form(fields=request.form)
        try:
            if self.deed.question is not None and not form.ticked("sure"):
                return self._asked_back(visit, form)
            outcome = Outcome(place=OWNER, words=self.deed.does(cast("HallHouse", visit.house), form))
        except DanceoffError as error:
            outcome = Outcome(place=OWNER, words=error.what, hint=error.hint, good=False)
        return self._told(visit, form, outcome)

    def _asked_back(self, visit: Visit, form: Form) -> str:
        """The second step: the question, and a form that says yes to it."""
        question = self.deed.question(hall_of(visit), form) if self.deed.question else ""
        return render_template(
            "facilitator/confirm.html",
            question=question,
            answer=self.deed.answer,
            path=f"{HOME}{self.deed.path}",
            team=form.text("team")[:8],
            reason=form.text("reason"),
            reason_wanted=self.deed.reason,
            live=web().live,
        )

    def _told(self, visit: Visit, form: Form, outcome: Outcome) -> Response:
        name = web().outcomes.keep(OWNER, outcome)
        team = hall_of(visit).state.team(form.text("team"))
        panel = f"&team={team.team}" if team and form.ticked("panel") else ""
        return cast("Response", redirect(f"{HOME}?said={name}{panel}", 303))


PAGES = tuple(
    Page(method="POST", path=f"{HOME}{deed.path}", view=Act(deed=deed), roles=FACILITATORS) for deed in DEEDS
)
