"""A run that is played from a recorded journal: pages and streams show it as they show a real one, without a stack."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from game.catalog.load import load_exercise
from game.catalog.stack import load_stack
from game.core import views
from game.core.debrief import debrief
from game.core.overview import Moment, overview
from game.core.sealed import open_to_all
from game.core.series import load_samples
from game.core.taxonomy import COMPONENTS, GUARDS, LAYERS, MECHANISMS
from game.core.timeline import fold
from game.errors import Refused
from tests import journals
from tests.unit.web.stand_in import Desk, Instruments, Proposals, StandIn, Watch, Workbench

if TYPE_CHECKING:
    from game.core.debrief import Debrief
    from game.core.events import Recorded

ROOT = Path(__file__).resolve().parents[3]
STAT = (Path(__file__).parent / "_data" / "show-stat.csv").read_text().splitlines()
CONFIGURATION = (ROOT / "stacks/auth/haproxy/haproxy.cfg").read_text()
LOG = tuple(
    f"10.0.{number % 7}.{number % 250}:4{number:04} [22/Nov/2026:11:04:{number % 60:02}.317] fe_auth~ be_auth/auth{number % 4 + 1} "
    f'0/0/1/{number % 300}/{number % 300 + 2} 200 812 - - ---- 21/21/0/0/0 0/0 "POST https://login.example.test/login HTTP/2.0"'
    for number in range(60)
)


@cache
def stack() -> Any:
    return load_stack(ROOT / "stacks" / "auth")


@cache
def briefing() -> Any:
    return load_exercise(ROOT / "exercises" / "macarena", stack(), 7).exercise.briefing


@dataclass
class Stage:
    stack: Any = field(default_factory=stack)


class RecordedDesk(Desk):
    def commits(self) -> views.CommitsView:
        told = (
            ("load-balancer owners", "Raise the limit of concurrent connections", "4 min ago"),
            ("platform team", "Move the first part of the login flow to the new pool", "9 min ago"),
            ("security", "Refuse requests without a host", "2 h ago"),
            ("platform team", "Import the load balancer's configuration", "47 days ago"),
        )
        return views.CommitsView(
            commits=tuple(
                views.CommitView(
                    number=len(told) - index, revision=f"{index}3f2a9c1d5e7b8a604c1d2e3f405162738495a6b"[:40], author=author,
                    when=when, message=message, applied=index == 0,
                )
                for index, (author, message, when) in enumerate(told)
            ),
            uncommitted=False,
        )  # fmt: skip

    def diff(self, revision: str) -> views.LinesView:
        self.asked.append(("diff", revision))
        return views.LinesView(lines=tuple(journals.DIFF.splitlines()))

    def console(self, actor: str, line: str, why: str = "", emergency: str = "") -> views.Reply:
        self.asked.append(("console", actor, line, why, emergency))
        return views.Reply(words="", lines=tuple(STAT) if line == "show stat" else ("done",))


class RecordedProposals(Proposals):
    def log(self) -> views.ChangesView:
        """The history as the desk has it, below what the stand-in has."""
        told = RecordedDesk(self.asked).commits().commits
        history = tuple(
            views.ChangeView(
                name="", number=one.number, revision=one.revision, by=one.author, when=one.when, at_ms=None, why=one.message,
                what=("frontend fe_auth: maxconn: 200 -> 400",), risks=("limits",) if one.number % 2 else (),
                stage="before", in_service=one.applied,
            )
            for one in told
        )  # fmt: skip
        return replace(super().log(), changes=(*super().log().changes, *history))


class RecordedInstruments(Instruments):
    def log(self, name: str, *, lines: int, grep: str, after: int) -> views.LogView:
        super().log(name, lines=lines, grep=grep, after=after)
        return views.LogView(lines=tuple(line for line in LOG if grep in line), next=0)

    def services(self) -> views.ServicesView:
        return views.ServicesView(
            services=tuple(
                views.ServiceView(
                    service=one.name, kind=one.kind, layer=one.layer, running=one.name != "legacy", restartable=one.restartable
                )
                for one in stack().services
            )
        )  # fmt: skip


@dataclass
class RecordedWorkbench(Workbench):
    """Files in memory."""

    texts: dict[str, str]

    def files(self) -> views.FilesView:
        return views.FilesView(files=tuple(self.read(path) for path in self.texts))

    def read(self, path: str) -> views.FileView:
        if path not in self.texts:
            raise Refused(f"there is no file {path!r}", hint="haproxy.cfg")
        text = self.texts[path]
        return views.FileView(path=path, text=text, digest=str(hash(text)), edited=False)

    def write(self, path: str, text: str, started_from: str) -> views.Reply:
        if started_from != self.read(path).digest:
            raise Refused(f"{path} was changed by somebody else since you opened it", hint="open it again")
        self.texts[path] = text
        return views.Reply(words="saved")

    def discard(self, path: str) -> views.Reply:
        return views.Reply(words=f"{path} is as it was")

    def pending(self) -> views.LinesView:
        return views.LinesView(lines=())


@dataclass
class RecordedRun(StandIn):
    """`until_ms` is the moment on the run clock at which the journal is looked at; tests may move it."""

    journal: tuple[Recorded, ...] = ()
    texts: dict[str, str] = field(
        default_factory=lambda: {"haproxy.cfg": CONFIGURATION, "maps/tenants.map": "acme be_auth\n"}
    )
    until_ms: int = 10**9

    def __post_init__(self) -> None:
        super().__post_init__()
        self.desk = RecordedDesk(self.asked)
        self.proposals = RecordedProposals(self.asked)
        self.watch = Watch(sign=None)
        self.instruments = RecordedInstruments(self.asked)
        self.workbench = RecordedWorkbench(self.asked, self.texts)
        self.briefing = briefing()
        self.stage = Stage()

    def _so_far(self) -> tuple[Recorded, ...]:
        return tuple(one for one in self.journal if one.at_ms <= self.until_ms)

    def told(self, after: int = 0) -> tuple[Recorded, ...]:
        return tuple(one for one in open_to_all(self._so_far()) if one.seq > after)

    def view(self) -> views.RunView:
        so_far = self._so_far()
        at_ms = so_far[-1].at_ms if so_far else 0
        moment = Moment(run=self.run, state=fold(so_far), recent=load_samples(so_far)[-120:], at_ms=at_ms)
        return replace(overview(moment, self.briefing, self.stage.stack), sign=self.watch.view())

    def debriefed(self) -> Debrief:
        self._require_over()
        return debrief(self.told(), journals.perfect())

    def _require_over(self) -> None:
        if not self.view().closed:
            raise Refused("the run is not over yet", hint="danceoff resolve, or exit")

    def debrief(self) -> views.DebriefView:
        self._require_over()
        return views.DebriefView(
            run=self.run, score=1, achievable=1000, markdown="", terminal=(), html_path="debrief.html"
        )

    def taxonomy(self) -> views.TaxonomyView:
        kinds = (COMPONENTS, MECHANISMS, GUARDS, LAYERS)
        components, mechanisms, guards, layers = (
            tuple(views.WordView(id=term.id, words=term.words) for term in terms) for terms in kinds
        )
        return views.TaxonomyView(
            components=components,
            mechanisms=mechanisms,
            guards=guards,
            cohorts=tuple(cohort.name for cohort in self.stage.stack.cohorts),
            layers=layers,
        )
