"""The rows of the API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from game.core import views
from game.director import requests as ask
from game.web import contract
from game.web.endpoint import Endpoint, Query

if TYPE_CHECKING:
    from game.director.performance import Performance

TRAINEE = "trainee"


def _health(performance: Performance) -> views.Reply:
    return views.Reply(words=f"run {performance.run} is {performance.view().phase}")


def _run(performance: Performance) -> views.RunView:
    return performance.view()


def _events(performance: Performance, after: int = 0) -> views.EventsView:
    return performance.events(after)


def _acknowledge(performance: Performance) -> views.Reply:
    return performance.ask(ask.Acknowledge(by=TRAINEE))


def _hint(performance: Performance) -> views.Reply:
    return performance.ask(ask.TakeHint(by=TRAINEE))


def _escalate(performance: Performance) -> views.Reply:
    return performance.ask(ask.Escalate(by=TRAINEE))


def _hand_over(performance: Performance, body: contract.HandOverBody) -> views.Reply:
    return performance.hand_over(ask.HandOver(by=TRAINEE, layer=body.layer))


def _note(performance: Performance, body: contract.NoteBody) -> views.Reply:
    return performance.ask(ask.WriteNote(by=TRAINEE, text=body.text))


def _diagnose(performance: Performance, body: contract.DiagnosisBody) -> views.Reply:
    return performance.diagnose(
        ask.Diagnose(
            by=TRAINEE,
            id=body.id,
            component=body.component,
            mechanism=body.mechanism,
            change=body.change,
            share=body.share,
            cohort=body.cohort,
        )
    )


def _resolve(performance: Performance, body: contract.ResolutionBody) -> views.Reply:
    return performance.resolve(
        ask.Resolve(by=TRAINEE, change=body.change, unnoticed=body.unnoticed, guard=body.guard)
    )


def _quit(performance: Performance, body: contract.QuitBody) -> views.Reply:
    return performance.ask(ask.Quit(by=TRAINEE, reason=body.reason or "ended by the trainee"))


def _debrief(performance: Performance) -> views.DebriefView:
    return performance.debrief()


def _taxonomy(performance: Performance) -> views.TaxonomyView:
    return performance.taxonomy()


def _commits(performance: Performance) -> views.CommitsView:
    return performance.desk.commits()


def _diff(performance: Performance, revision: str) -> views.LinesView:
    return performance.desk.diff(revision)


def _check(performance: Performance) -> views.Reply:
    return performance.desk.check()


def _apply(performance: Performance, body: contract.ApplyBody) -> views.Reply:
    return performance.desk.apply(TRAINEE, body.message)


def _revert(performance: Performance, body: contract.RevertBody) -> views.Reply:
    return performance.desk.revert(TRAINEE, body.revision)


def _console(performance: Performance, body: contract.ConsoleBody) -> views.Reply:
    return performance.desk.console(TRAINEE, body.line)


def _drift(performance: Performance) -> views.Reply:
    return performance.desk.drift()


def _services(performance: Performance) -> views.ServicesView:
    return performance.instruments.services()


def _act(performance: Performance, name: str, body: contract.ServiceActionBody) -> views.Reply:
    return performance.desk.act(TRAINEE, name, body.action)


def _log(
    performance: Performance, name: str, lines: int = 100, grep: str = "", after: int = -1
) -> views.LogView:
    return performance.instruments.log(name, lines=lines, grep=grep, after=after)


def _metrics(performance: Performance, query: str = "") -> views.LinesView:
    return performance.instruments.metrics(query)


def _request(performance: Performance, body: contract.RequestBody) -> views.Reply:
    return performance.instruments.request(body.cohort)


def _client(performance: Performance, name: str) -> views.ClientView:
    return performance.instruments.client(name)


ROUTES: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path="/api/health",
        summary="Is the run's game alive",
        answer=views.Reply,
        handler=_health,
        open_to_all=True,
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
