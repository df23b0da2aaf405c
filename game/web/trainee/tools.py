"""Where a team looks and what it changes: files, runtime, logs, requests, services. A panel each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request

from game.core.views import FileView
from game.errors import DanceoffError
from game.lab.lb.runtime_api import VERBS
from game.render import rendered
from game.web import contract
from game.web import handlers as do
from game.web.drawing import safe
from game.web.outcome import NO_OUTCOME, Outcome, of_reply
from game.web.page import Page, shown
from game.web.trainee.runtime_table import Proxy, proxies

if TYPE_CHECKING:
    from collections.abc import Callable

    from game.core.views import Reply
    from game.web.house import Visit

MOST_FORM_BYTES = 1024 * 1024
LOG_LINES = 200
CONFIGURATION = "haproxy.cfg"


def tried(place: str, act: Callable[[], Reply]) -> Outcome:
    """An act's outcome, refusals and failures included."""
    try:
        return of_reply(place, act())
    except DanceoffError as error:
        return Outcome(place=place, words=error.what, hint=error.hint, good=False)


def brief(visit: Visit) -> str:
    run = visit.run
    return shown("team/tool_brief.html", tool="brief", visit=visit, brief=safe(rendered(run.briefing.brief)))


def files(visit: Visit, path: str = CONFIGURATION, said: Outcome = NO_OUTCOME) -> str:
    return _editor(visit, visit.run.workbench.read(path), said)


def save(visit: Visit, path: str) -> str:
    """Write the file, then do what was asked for. What somebody typed is never lost to a refusal."""
    bench, wish = visit.run.workbench, request.form.get("do", "save")
    text = request.form.get("text", "")
    if wish == "discard":
        return files(visit, path, tried("tool", lambda: bench.discard(path)))
    said = tried("tool", lambda: bench.write(path, text, request.form.get("started_from", "")))
    if not said.good:
        mine = FileView(path=path, text=text, digest=request.form.get("started_from", ""), edited=True)
        return _editor(visit, mine, said)
    if wish == "check":
        said = tried("tool", lambda: do.check(visit))
    if wish == "apply":
        body = contract.ApplyBody(
            message=request.form.get("message", ""), emergency=request.form.get("emergency", "")
        )
        said = tried("tool", lambda: do.apply(visit, body))
    return files(visit, path, said)


def _editor(visit: Visit, file: FileView, said: Outcome) -> str:
    bench = visit.run.workbench
    return shown(
        "team/tool_files.html",
        tool="files",
        visit=visit,
        file=file,
        files=bench.files().files,
        pending=bench.pending().lines,
        message=request.form.get("message", ""),
        said=said,
    )


def runtime(visit: Visit, said: Outcome = NO_OUTCOME) -> str:
    table: tuple[Proxy, ...] = ()
    try:
        table = proxies(visit.run.desk.console(visit.by, "show stat").lines)
    except DanceoffError as error:
        said = said if said.words else Outcome(place="tool", words=error.what, hint=error.hint, good=False)
    return shown(
        "team/tool_runtime.html",
        tool="runtime",
        visit=visit,
        proxies=table,
        verbs=tuple(verb.usage for verb in VERBS),
        line=request.form.get("line", ""),
        said=said,
    )


def console(visit: Visit) -> str:
    form = request.form
    body = contract.ConsoleBody(
        line=form.get("line", ""), why=form.get("why", ""), emergency=form.get("emergency", "")
    )
    return runtime(visit, tried("tool", lambda: do.console(visit, body)))


def drift(visit: Visit) -> str:
    return runtime(visit, tried("tool", lambda: do.drift(visit)))


def logs(visit: Visit) -> str:
    """Nothing is looked at before a service is chosen."""
    service, grep = request.args.get("service", ""), request.args.get("grep", "")[:200]
    said, lines = NO_OUTCOME, None
    if service:
        try:
            lines = visit.run.instruments.log(service, lines=LOG_LINES, grep=grep, after=-1).lines
        except DanceoffError as error:
            said = Outcome(place="tool", words=error.what, hint=error.hint, good=False)
    names = [one.service for one in visit.run.instruments.services().services]
    return shown(
        "team/tool_logs.html",
        tool="logs",
        visit=visit,
        services=("haproxy", "haproxy-process", *(name for name in names if name != "haproxy")),
        service=service,
        grep=grep,
        lines=lines,
        said=said,
    )


def one_request(visit: Visit, said: Outcome = NO_OUTCOME) -> str:
    return shown(
        "team/tool_request.html",
        tool="request",
        visit=visit,
        cohorts=visit.run.stage.stack.cohorts,
        cohort=request.form.get("cohort", ""),
        said=said,
    )


def send_request(visit: Visit) -> str:
    body = contract.RequestBody(cohort=request.form.get("cohort", ""))
    return one_request(visit, tried("tool", lambda: do.request(visit, body)))


def metrics(visit: Visit) -> str:
    query, said, lines = request.args.get("query", "")[:300], NO_OUTCOME, None
    if "query" in request.args:
        try:
            lines = visit.run.instruments.metrics(query).lines
        except DanceoffError as error:
            said = Outcome(place="tool", words=error.what, hint=error.hint, good=False)
    return shown("team/tool_metrics.html", tool="metrics", visit=visit, query=query, lines=lines, said=said)


def services(visit: Visit, said: Outcome = NO_OUTCOME) -> str:
    found = visit.run.instruments.services().services
    return shown("team/tool_services.html", tool="services", visit=visit, services=found, said=said)


def act(visit: Visit, name: str) -> str:
    body = contract.ServiceActionBody(action=request.form.get("action", ""))
    return services(visit, tried("tool", lambda: do.act(visit, name, body)))


PAGES = (
    Page(method="GET", path="/team/brief", view=brief),
    Page(method="GET", path="/team/files", view=files),
    Page(method="GET", path="/team/files/<path:path>", view=files),
    Page(method="POST", path="/team/files/<path:path>", view=save, most_bytes=MOST_FORM_BYTES),
    Page(method="GET", path="/team/runtime", view=runtime),
    Page(method="POST", path="/team/console", view=console),
    Page(method="POST", path="/team/drift", view=drift),
    Page(method="GET", path="/team/logs", view=logs),
    Page(method="GET", path="/team/request", view=one_request),
    Page(method="POST", path="/team/request", view=send_request),
    Page(method="GET", path="/team/metrics", view=metrics),
    Page(method="GET", path="/team/services", view=services),
    Page(method="POST", path="/team/services/<name>", view=act),
)
