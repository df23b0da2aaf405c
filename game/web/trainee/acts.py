"""What a team does to the story of its run: forms that say the same as the API, answered by words beside the form."""

from __future__ import annotations

from dataclasses import MISSING, dataclass, fields
from typing import TYPE_CHECKING, Any

from flask import Response, redirect, render_template, request

from game.errors import DanceoffError, UsageError
from game.web import contract
from game.web import handlers as do
from game.web.app import web
from game.web.bodies import structured
from game.web.outcome import Outcome, of_reply
from game.web.page import Page, swaps

if TYPE_CHECKING:
    from collections.abc import Callable

    from _typeshed import DataclassInstance

    from game.core.views import Reply
    from game.web.house import Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """`place`: the part of the page that the form is in; its outcome is told there."""

    path: str
    place: str
    handler: Callable[..., Reply]
    body: type[DataclassInstance] | None = None

    def __call__(self, visit: Visit) -> Response | str:
        return self._answer(visit, self._tried(visit))

    def _tried(self, visit: Visit) -> Outcome:
        try:
            arguments = {} if self.body is None else {"body": read_form(self.body)}
            return of_reply(self.place, self.handler(visit, **arguments))
        except DanceoffError as error:
            return Outcome(place=self.place, words=error.what, hint=error.hint, good=False)

    def _answer(self, visit: Visit, outcome: Outcome) -> Response | str:
        """For a page with scripts the outcome alone; else back to the whole screen, which tells it."""
        if swaps():
            return render_template("team/_outcome.html", outcome=outcome)
        name = web().outcomes.keep(visit.principal.team, outcome)
        return redirect(f"/team?said={name}#{self.place}", 303)  # type: ignore[return-value] # werkzeug's, which Flask takes


def read_form(kind: type[DataclassInstance]) -> Any:  # noqa: ANN401 - an instance of `kind`.
    """The form's fields as `kind`; people state a share in percent, so the form's `percent` becomes `share`."""
    payload: dict[str, object] = {}
    for one in fields(kind):
        if one.name == "share":
            payload["share"] = _share(request.form.get("percent", ""))
        elif one.name in request.form or one.default is MISSING:
            payload[one.name] = request.form.get(one.name, "").replace("\r\n", "\n")
    return structured(payload, kind)


def _share(text: str) -> float:
    try:
        return float(text.replace("%", "").replace(",", ".").strip() or "0") / 100
    except ValueError as error:
        raise UsageError(f"{text[:20]!r} is no percentage", hint="0 to 100 percent of all users") from error


ACTS = (
    Act(path="/team/acknowledgement", place="strip-said", handler=do.acknowledge),
    Act(path="/team/diagnoses", place="diagnose", handler=do.diagnose, body=contract.DiagnosisBody),
    Act(path="/team/hints", place="hints", handler=do.hint),
    Act(path="/team/notes", place="notes", handler=do.note, body=contract.NoteBody),
    Act(path="/team/updates", place="updates", handler=do.update, body=contract.UpdateBody),
    Act(path="/team/escalation", place="handover", handler=do.escalate),
    Act(path="/team/handovers", place="handover", handler=do.hand_over, body=contract.HandOverBody),
    Act(path="/team/resolution", place="resolve", handler=do.resolve, body=contract.ResolutionBody),
    Act(path="/team/end", place="resolve", handler=do.end_run, body=contract.QuitBody),
)
PAGES = tuple(Page(method="POST", path=act.path, view=act) for act in ACTS)
