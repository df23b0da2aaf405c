"""The rows of the API."""

from __future__ import annotations

from game.core import views
from game.web import contract
from game.web import handlers as do
from game.web.control_routes import CONTROL
from game.web.endpoint import Endpoint, Query
from game.web.house import ANYBODY

# JSON may write each byte of a text as six.
MOST_FILE_BODY_BYTES = 512 * 1024

ROUTES: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path="/api/health",
        summary="Is the run's game alive",
        answer=views.Reply,
        handler=do.health,
        roles=ANYBODY,
    ),
    Endpoint(
        method="GET", path="/api/run", summary="The run at a glance", answer=views.RunView, handler=do.run
    ),
    Endpoint(
        method="DELETE",
        path="/api/run",
        summary="End the run",
        answer=views.Reply,
        handler=do.end_run,
        body=contract.QuitBody,
    ),
    Endpoint(
        method="GET",
        path="/api/run/events",
        summary="What happened, as far as a trainee may know",
        answer=views.EventsView,
        handler=do.events,
        query=(Query(name="after", kind=int, what="only events with a greater number"),),
    ),
    Endpoint(
        method="POST",
        path="/api/run/acknowledgement",
        summary="Acknowledge the page",
        answer=views.Reply,
        handler=do.acknowledge,
    ),
    Endpoint(
        method="POST", path="/api/run/hints", summary="Buy the next hint", answer=views.Reply, handler=do.hint
    ),
    Endpoint(
        method="POST",
        path="/api/run/escalation",
        summary="Escalate, once",
        answer=views.Reply,
        handler=do.escalate,
    ),
    Endpoint(
        method="POST",
        path="/api/run/handovers",
        summary="Hand the incident to the owners of a layer",
        answer=views.Reply,
        handler=do.hand_over,
        body=contract.HandOverBody,
    ),
    Endpoint(
        method="POST",
        path="/api/run/notes",
        summary="Write a note",
        answer=views.Reply,
        handler=do.note,
        body=contract.NoteBody,
    ),
    Endpoint(
        method="POST",
        path="/api/run/handoff",
        summary="Hand the incident to the next responder, with a note of at most 120 words",
        answer=views.Reply,
        handler=do.leave,
        body=contract.HandoffBody,
    ),
    Endpoint(
        method="POST",
        path="/api/run/updates",
        summary="Post a status update for those outside the incident",
        answer=views.Reply,
        handler=do.update,
        body=contract.UpdateBody,
    ),
    Endpoint(
        method="POST",
        path="/api/run/diagnoses",
        summary="Submit a diagnosis",
        answer=views.Reply,
        handler=do.diagnose,
        body=contract.DiagnosisBody,
    ),
    Endpoint(
        method="POST",
        path="/api/run/resolution",
        summary="Declare it over",
        answer=views.Reply,
        handler=do.resolve,
        body=contract.ResolutionBody,
    ),
    Endpoint(
        method="GET",
        path="/api/run/debrief",
        summary="Score and post-mortem, once the run is over",
        answer=views.DebriefView,
        handler=do.debrief,
    ),
    Endpoint(
        method="GET",
        path="/api/taxonomy",
        summary="The words a diagnosis is made of",
        answer=views.TaxonomyView,
        handler=do.taxonomy,
    ),
    Endpoint(
        method="GET",
        path="/api/lb/changes",
        summary="The history of the load balancer's configuration",
        answer=views.CommitsView,
        handler=do.commits,
    ),
    Endpoint(
        method="GET",
        path="/api/lb/changes/<revision>",
        summary="One change as a diff",
        answer=views.LinesView,
        handler=do.diff,
    ),
    *CONTROL,
    Endpoint(
        method="GET",
        path="/api/lb/files",
        summary="The load balancer's files",
        answer=views.FilesView,
        handler=do.files,
    ),
    Endpoint(
        method="GET",
        path="/api/lb/files/<path:path>",
        summary="One file as it lies in the working tree",
        answer=views.FileView,
        handler=do.read_file,
    ),
    Endpoint(
        method="PUT",
        path="/api/lb/files/<path:path>",
        summary="Write one file into the working tree; nothing is in service before it is applied",
        answer=views.Reply,
        handler=do.write_file,
        body=contract.FileBody,
        most_bytes=MOST_FILE_BODY_BYTES,
    ),
    Endpoint(
        method="DELETE",
        path="/api/lb/files/<path:path>",
        summary="Throw away the uncommitted edits of one file",
        answer=views.Reply,
        handler=do.discard_file,
    ),
    Endpoint(
        method="GET",
        path="/api/lb/pending",
        summary="What is edited and not committed, as a diff",
        answer=views.LinesView,
        handler=do.pending,
    ),
    Endpoint(
        method="POST",
        path="/api/lb/check",
        summary="Check the working tree; changes nothing",
        answer=views.Reply,
        handler=do.check,
    ),
    Endpoint(
        method="POST",
        path="/api/lb/apply",
        summary="Commit the working tree and put it into service",
        answer=views.Reply,
        handler=do.apply,
        body=contract.ApplyBody,
    ),
    Endpoint(
        method="POST",
        path="/api/lb/revert",
        summary="Undo one change and put the result into service",
        answer=views.Reply,
        handler=do.revert,
        body=contract.RevertBody,
    ),
    Endpoint(
        method="POST",
        path="/api/lb/console",
        summary="One command of HAProxy's runtime API",
        answer=views.Reply,
        handler=do.console,
        body=contract.ConsoleBody,
    ),
    Endpoint(
        method="POST",
        path="/api/lb/drift",
        summary="Compare approved, on disk and running",
        answer=views.Reply,
        handler=do.drift,
    ),
    Endpoint(
        method="GET",
        path="/api/services",
        summary="The services of the stack",
        answer=views.ServicesView,
        handler=do.services,
    ),
    Endpoint(
        method="POST",
        path="/api/services/<name>/actions",
        summary="Start, stop or restart a service",
        answer=views.Reply,
        handler=do.act,
        body=contract.ServiceActionBody,
    ),
    Endpoint(
        method="GET",
        path="/api/services/<name>/log",
        summary="Lines of a service's log",
        answer=views.LogView,
        handler=do.log,
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
        handler=do.metrics,
        query=(Query(name="query", kind=str, what="a part of a metric's name or labels, or PromQL"),),
    ),
    Endpoint(
        method="POST",
        path="/api/requests",
        summary="One verified login as a kind of user",
        answer=views.Reply,
        handler=do.request,
        body=contract.RequestBody,
    ),
    Endpoint(
        method="GET",
        path="/api/clients/<name>",
        summary="How to start psql or redis-cli",
        answer=views.ClientView,
        handler=do.client,
    ),
)
