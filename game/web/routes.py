"""The rows of the API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from game.core import views
from game.director import requests as ask
from game.web import contract
from game.web.endpoint import Endpoint, Query
from game.web.house import ANYBODY

if TYPE_CHECKING:
    from game.web.house import Visit



def _health(visit: Visit) -> views.Reply:
    """Whoever asks without a credential hears that the game lives, and nothing of any run."""
    run = visit.house.performance(visit.principal.team)
    return views.Reply(words="alive" if run is None else f"run {run.run} is {run.view().phase}")


def _run(visit: Visit) -> views.RunView:
    return visit.run.view()


def _events(visit: Visit, after: int = 0) -> views.EventsView:
    return visit.run.events(after)


def _acknowledge(visit: Visit) -> views.Reply:
    return visit.run.ask(ask.Acknowledge(by=visit.by))


def _hint(visit: Visit) -> views.Reply:
    return visit.run.ask(ask.TakeHint(by=visit.by))


def _escalate(visit: Visit) -> views.Reply:
    return visit.run.ask(ask.Escalate(by=visit.by))


def _hand_over(visit: Visit, body: contract.HandOverBody) -> views.Reply:
    return visit.run.hand_over(ask.HandOver(by=visit.by, layer=body.layer))


def _note(visit: Visit, body: contract.NoteBody) -> views.Reply:
    return visit.run.ask(ask.WriteNote(by=visit.by, text=body.text))


def _diagnose(visit: Visit, body: contract.DiagnosisBody) -> views.Reply:
    return visit.run.diagnose(
        ask.Diagnose(
            by=visit.by,
            id=body.id,
            component=body.component,
            mechanism=body.mechanism,
            change=body.change,
            share=body.share,
            cohort=body.cohort,
        )
    )


def _resolve(visit: Visit, body: contract.ResolutionBody) -> views.Reply:
    return visit.run.resolve(
        ask.Resolve(by=visit.by, change=body.change, unnoticed=body.unnoticed, guard=body.guard)
    )


def _quit(visit: Visit, body: contract.QuitBody) -> views.Reply:
    return visit.run.ask(ask.Quit(by=visit.by, reason=body.reason or "ended by the trainee"))


def _debrief(visit: Visit) -> views.DebriefView:
    return visit.run.debrief()


def _taxonomy(visit: Visit) -> views.TaxonomyView:
    return visit.run.taxonomy()


def _commits(visit: Visit) -> views.CommitsView:
    return visit.run.desk.commits()


def _diff(visit: Visit, revision: str) -> views.LinesView:
    return visit.run.desk.diff(revision)


def _check(visit: Visit) -> views.Reply:
    return visit.run.desk.check()


def _apply(visit: Visit, body: contract.ApplyBody) -> views.Reply:
    return visit.run.desk.apply(visit.by, body.message)


def _revert(visit: Visit, body: contract.RevertBody) -> views.Reply:
    return visit.run.desk.revert(visit.by, body.revision)


def _console(visit: Visit, body: contract.ConsoleBody) -> views.Reply:
    return visit.run.desk.console(visit.by, body.line)


def _drift(visit: Visit) -> views.Reply:
    return visit.run.desk.drift()


def _services(visit: Visit) -> views.ServicesView:
    return visit.run.instruments.services()


def _act(visit: Visit, name: str, body: contract.ServiceActionBody) -> views.Reply:
    return visit.run.desk.act(visit.by, name, body.action)


def _log(
    visit: Visit, name: str, lines: int = 100, grep: str = "", after: int = -1
) -> views.LogView:
    return visit.run.instruments.log(name, lines=lines, grep=grep, after=after)


def _metrics(visit: Visit, query: str = "") -> views.LinesView:
    return visit.run.instruments.metrics(query)


def _request(visit: Visit, body: contract.RequestBody) -> views.Reply:
    return visit.run.instruments.request(body.cohort)


def _client(visit: Visit, name: str) -> views.ClientView:
    return visit.run.instruments.client(name)


ROUTES: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path="/api/health",
        summary="Is the run's game alive",
        answer=views.Reply,
        handler=_health,
        roles=ANYBODY,
    ),
    Endpoint(
        method="GET", path="/api/run", summary="The run at a glance", answer=views.RunView, handler=_run
    ),
    Endpoint(
        method="DELETE",
        path="/api/run",
        summary="End the run",
        answer=views.Reply,
        handler=_quit,
        body=contract.QuitBody,
    ),
    Endpoint(
        method="GET",
        path="/api/run/events",
        summary="What happened, as far as a trainee may know",
        answer=views.EventsView,
        handler=_events,
        query=(Query(name="after", kind=int, what="only events with a greater number"),),
    ),
    Endpoint(
        method="POST",
        path="/api/run/acknowledgement",
        summary="Acknowledge the page",
        answer=views.Reply,
        handler=_acknowledge,
    ),
    Endpoint(
        method="POST", path="/api/run/hints", summary="Buy the next hint", answer=views.Reply, handler=_hint
    ),
    Endpoint(
        method="POST",
        path="/api/run/escalation",
        summary="Escalate, once",
        answer=views.Reply,
        handler=_escalate,
    ),
    Endpoint(
        method="POST",
        path="/api/run/handovers",
        summary="Hand the incident to the owners of a layer",
        answer=views.Reply,
        handler=_hand_over,
        body=contract.HandOverBody,
    ),
    Endpoint(
        method="POST",
        path="/api/run/notes",
        summary="Write a note",
        answer=views.Reply,
        handler=_note,
        body=contract.NoteBody,
    ),
    Endpoint(
        method="POST",
        path="/api/run/diagnoses",
        summary="Submit a diagnosis",
        answer=views.Reply,
        handler=_diagnose,
        body=contract.DiagnosisBody,
    ),
    Endpoint(
        method="POST",
        path="/api/run/resolution",
        summary="Declare it over",
        answer=views.Reply,
        handler=_resolve,
        body=contract.ResolutionBody,
    ),
    Endpoint(
        method="GET",
        path="/api/run/debrief",
        summary="Score and post-mortem, once the run is over",
        answer=views.DebriefView,
        handler=_debrief,
    ),
    Endpoint(
        method="GET",
        path="/api/taxonomy",
        summary="The words a diagnosis is made of",
        answer=views.TaxonomyView,
        handler=_taxonomy,
    ),
    Endpoint(
        method="GET",
        path="/api/lb/changes",
        summary="The history of the load balancer's configuration",
        answer=views.CommitsView,
        handler=_commits,
    ),
    Endpoint(
        method="GET",
        path="/api/lb/changes/<revision>",
        summary="One change as a diff",
        answer=views.LinesView,
        handler=_diff,
    ),
    Endpoint(
        method="POST",
        path="/api/lb/check",
        summary="Check the working tree; changes nothing",
        answer=views.Reply,
        handler=_check,
    ),
    Endpoint(
        method="POST",
        path="/api/lb/apply",
        summary="Commit the working tree and put it into service",
        answer=views.Reply,
        handler=_apply,
        body=contract.ApplyBody,
    ),
    Endpoint(
        method="POST",
        path="/api/lb/revert",
        summary="Undo one change and put the result into service",
        answer=views.Reply,
        handler=_revert,
        body=contract.RevertBody,
    ),
    Endpoint(
        method="POST",
        path="/api/lb/console",
        summary="One command of HAProxy's runtime API",
        answer=views.Reply,
        handler=_console,
        body=contract.ConsoleBody,
    ),
    Endpoint(
        method="POST",
        path="/api/lb/drift",
        summary="Compare approved, on disk and running",
        answer=views.Reply,
        handler=_drift,
    ),
    Endpoint(
        method="GET",
        path="/api/services",
        summary="The services of the stack",
        answer=views.ServicesView,
        handler=_services,
    ),
    Endpoint(
        method="POST",
        path="/api/services/<name>/actions",
        summary="Start, stop or restart a service",
        answer=views.Reply,
        handler=_act,
        body=contract.ServiceActionBody,
    ),
    Endpoint(
        method="GET",
        path="/api/services/<name>/log",
        summary="Lines of a service's log",
        answer=views.LogView,
        handler=_log,
        query=(
            Query(name="lines", kind=int, what="at most so many, the latest"),
            Query(name="grep", kind=str, what="only lines that contain this text"),
            Query(name="after", kind=int, what="only what came after this position"),
        ),
    ),
    Endpoint(
        method="GET",
        path="/api/metrics",
        summary="Metrics; PromQL where Prometheus runs",
        answer=views.LinesView,
        handler=_metrics,
        query=(Query(name="query", kind=str, what="a part of a metric's name or labels, or PromQL"),),
    ),
    Endpoint(
        method="POST",
        path="/api/requests",
        summary="One verified login as a kind of user",
        answer=views.Reply,
        handler=_request,
        body=contract.RequestBody,
    ),
    Endpoint(
        method="GET",
        path="/api/clients/<name>",
        summary="How to start psql or redis-cli",
        answer=views.ClientView,
        handler=_client,
    ),
)
