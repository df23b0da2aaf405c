"""A run that answers as a real one does, without a stack: every method that a route calls, with the real types."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from game.core import views
from game.errors import Refused, ServiceFailed, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from game.director.requests import Diagnose, HandOver, Request, Resolve

RUN = views.RunView(
    run="standin1", code="macarena", title="A third of the floor", brief="brief", phase="steady", seq=3, clock_ms=1000,
    limit_ms=2_400_000, since_page_ms=None, users=50, limbo=0, success=1.0, objective=0.995, objective_p95_ms=1500,
    p95_ms=90, page=None, cohorts=(), limbo_series=(0, 0), messages=(), hints_taken=(), next_hint_cost=10,
    diagnoses_left=4, recovered=False, paused=False, closed="", services=("haproxy",),
)  # fmt: skip
LINES = views.LinesView(lines=("one", "two"))


@dataclass
class Desk:
    asked: list[tuple[str, ...]]

    def commits(self) -> views.CommitsView:
        return views.CommitsView(commits=(), uncommitted=False)

    def diff(self, revision: str) -> views.LinesView:
        self.asked.append(("diff", revision))
        return LINES

    def check(self) -> views.Reply:
        return views.Reply(words="refused (syntax)", lines=("line 3: unknown keyword",), accepted=False)

    def apply(self, actor: str, message: str, emergency: str = "") -> views.Reply:
        self.asked.append(("apply", actor, message, emergency))
        raise ServiceFailed("haproxy does not answer", hint="danceoff service restart haproxy")

    def revert(self, actor: str, revision: str, why: str = "", emergency: str = "") -> views.Reply:
        self.asked.append(("revert", actor, revision, why, emergency))
        return views.Reply(words="in service")

    def console(self, actor: str, line: str, why: str = "", emergency: str = "") -> views.Reply:
        self.asked.append(("console", actor, line, why, emergency))
        return views.Reply(words="", lines=("#",))

    def drift(self) -> views.Reply:
        return views.Reply(words="they agree")

    def act(self, actor: str, name: str, action: str) -> views.Reply:
        self.asked.append(("act", actor, name, action))
        if action not in {"start", "stop", "restart"}:
            raise UsageError(f"{action!r} is no action", hint="start, stop, restart")
        return views.Reply(words="done")


@dataclass
class Proposals:
    asked: list[tuple[str, ...]]

    def log(self) -> views.ChangesView:
        review = views.ReviewView(by="mia", verdict="comment", text="why?", at_ms=9, void=False)
        change = views.ChangeView(
            name="c1", number=None, revision="", by="leo", when="0 min ago", at_ms=7, why="because", what=("a: b -> c",),
            risks=("routing",), stage="proposed", reviews=(review,),
        )  # fmt: skip
        return views.ChangesView(mode="reviewed", changes=(change,))

    def propose(self, by: str, why: str) -> views.Reply:
        self.asked.append(("propose", by, why))
        return views.Reply(words="c1 is up for review")

    def propose_revert(self, by: str, why: str, revision: str) -> views.Reply:
        self.asked.append(("propose_revert", by, why, revision))
        return views.Reply(words="c1 is up for review")

    def preview(self, by: str, name: str) -> views.Reply:
        self.asked.append(("preview", by, name))
        return views.Reply(
            words="c1 on a shadow, in 3.1 s:", lines=("web: 5 of 5 let in before, 3 afterwards",)
        )

    def review(self, by: str, name: str, verdict: str, text: str) -> views.Reply:
        self.asked.append(("review", by, name, verdict, text))
        return views.Reply(words="c1 is approved")


SIGN = views.SignView(
    lit=True, seq=12, since_ms=4_000, findings=("be_auth/auth2: weight: 100 approved, 1 running",),
    settings=("measure: what the last apply put into service", "heard: pages, bell and page"),
)  # fmt: skip


@dataclass
class Watch:
    sign: views.SignView | None = SIGN

    def view(self) -> views.SignView | None:
        return self.sign


@dataclass
class Instruments:
    asked: list[tuple[str, ...]]

    def services(self) -> views.ServicesView:
        service = views.ServiceView(
            service="haproxy", kind="load-balancer", layer="haproxy", running=True, restartable=True
        )
        return views.ServicesView(services=(service,))

    def log(self, name: str, *, lines: int, grep: str, after: int) -> views.LogView:
        self.asked.append(("log", name, str(lines), grep, str(after)))
        return views.LogView(lines=("one",), next=10)

    def metrics(self, query: str) -> views.LinesView:
        self.asked.append(("metrics", query))
        return LINES

    def request(self, cohort: str) -> views.Reply:
        self.asked.append(("request", cohort))
        return views.Reply(words="served")

    def client(self, name: str) -> views.ClientView:
        self.asked.append(("client", name))
        return views.ClientView(command=("psql",), environment=(("PGCONNECT_TIMEOUT", "3"),))


@dataclass
class Workbench:
    asked: list[tuple[str, ...]]

    def files(self) -> views.FilesView:
        return views.FilesView(files=(views.FileView(path="haproxy.cfg", text="", digest="0", edited=False),))

    def read(self, path: str) -> views.FileView:
        self.asked.append(("read", path))
        return views.FileView(path=path, text="global\n", digest="0", edited=False)

    def write(self, path: str, text: str, started_from: str) -> views.Reply:
        self.asked.append(("write", path, text, started_from))
        return views.Reply(words="saved")

    def discard(self, path: str) -> views.Reply:
        self.asked.append(("discard", path))
        return views.Reply(words="thrown away")

    def pending(self) -> views.LinesView:
        return LINES


@dataclass
class StandIn:
    """Has what the routes use of `Performance`; remembers what was asked."""

    root: Path
    run: str = "standin1"
    asked: list[tuple[str, ...]] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)

    def __post_init__(self) -> None:
        (self.root / "logs").mkdir(exist_ok=True)
        self.desk = Desk(self.asked)
        self.instruments = Instruments(self.asked)
        self.workbench = Workbench(self.asked)
        self.proposals = Proposals(self.asked)
        self.watch = Watch()

    def view(self) -> views.RunView:
        return RUN

    def ask(self, request: Request) -> views.Reply:
        self.requests.append(request)
        return views.Reply(words="so be it")

    def diagnose(self, request: Diagnose) -> views.Reply:
        self.requests.append(request)
        return views.Reply(words="recorded")

    def mend_sign(self, by: str) -> views.Reply:
        self.asked.append(("mend_sign", by))
        return views.Reply(words="mended: it is dark")

    def hand_over(self, request: HandOver) -> views.Reply:
        self.requests.append(request)
        return views.Reply(words="taken")

    def resolve(self, request: Resolve) -> views.Reply:
        self.requests.append(request)
        return views.Reply(words="resolved")

    def events(self, after: int) -> views.EventsView:
        self.asked.append(("events", str(after)))
        event = views.EventView(seq=1, at_ms=0, kind="RunOpened", words="opened")
        return views.EventsView(events=(event,), next=1)

    def taxonomy(self) -> views.TaxonomyView:
        word = views.WordView(id="haproxy", words="load balancer")
        return views.TaxonomyView(components=(word,), mechanisms=(), guards=(), cohorts=("web",))

    def debrief(self) -> views.DebriefView:
        raise Refused("the run is not over yet", hint="danceoff resolve, or exit")
