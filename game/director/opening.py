"""Setting the stage of a run: from an exercise's code to a stack that serves users, each step told with its time."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from game.catalog.load import load_exercise
from game.catalog.stack import load_stack
from game.core.events import RunOpened, StepDone
from game.core.roster import roster
from game.core.score import RULES
from game.director.aftermath import close_dangling, close_unplayed
from game.director.alarms import alarm, webhook
from game.director.clock import RunClock
from game.director.conductor import Conductor, Rules
from game.director.control import ChangeControl
from game.director.dealer import Dealer
from game.director.desk import Desk
from game.director.instruments import Instruments
from game.director.load import AttendedLoad
from game.director.order import Order, as_ordered, folder_of
from game.director.proposals import Proposals
from game.director.requests import Look
from game.director.stage import Stage
from game.director.watch import Watch
from game.director.workbench import Workbench
from game.errors import ServiceFailed
from game.journal import Journal, sqlite_url
from game.lab.data import stacks_dir
from game.lab.faults import Faults
from game.lab.ground import ground
from game.lab.home import home
from game.lab.lb.apply import ApplyPath
from game.lab.lb.examination import Refusal
from game.lab.lb.files import read_files
from game.lab.lb.master import Master
from game.lab.lb.repository import LbRepository
from game.lab.lb.runtime_api import LbConsole
from game.lab.lb.shadow import Shadow
from game.lab.load.driver import LoadDriver
from game.lab.load.plan import LoadPlan, Target
from game.lab.log_receiver import LogReceiver
from game.lab.placeholders import addresses
from game.lab.reaper import sweep
from game.lab.runtime.attended import AttendedRuntime
from game.lab.runtime.protocol import Step
from game.lab.toxics import Toxics
from game.lab.unprivileged import unprivileged

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from game.core.events import Event, Recorded
    from game.core.exercise import Exercise
    from game.core.stack import Stack
    from game.director.gate import Gate
    from game.journal import Writer
    from game.lab.ground import Ground
    from game.lab.places import Place
    from game.lab.webhook import Webhook

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
TRAFFIC_LOG = "haproxy-traffic.log"
Progress = Callable[[Step], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opener:
    """Whoever opens a run: hears of each step, and keeps signals from interrupting what must not be cut in two."""

    progress: Progress
    shield: Callable[[], AbstractContextManager[object]] = nullcontext


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """Everything of a run whose stage is set and whose load flows."""

    run: str
    gate: Gate
    exercise: Exercise
    stage: Stage
    conductor: Conductor
    desk: Desk
    dealer: Dealer
    instruments: Instruments
    workbench: Workbench
    proposals: Proposals
    watch: Watch
    webhook: Webhook | None
    faults: Faults
    journal: Journal
    writer: Writer[Event, Recorded]
    # The URL of the journal, empty for this machine's own.
    store: str
    open_way: Callable[[int], None]


def new_run_id() -> str:
    """Short, because it stands in paths of unix sockets; nothing of the exercise is in it."""
    return "".join(secrets.choice(ALPHABET) for _ in range(8))


def open_stage(order: Order, opener: Opener) -> Opened:
    """Set the stage and let the users in. Whatever fails on the way, nothing that was started stays."""
    place = home()
    place.make()
    sweep(place)
    playable = load_exercise(folder_of(order), load_stack(stacks_dir() / "auth"), order.seed)
    exercise = as_ordered(playable.exercise, order)
    with ExitStack() as undo:
        journal = undo.enter_context(Journal.open(order.store or sqlite_url(place.journal)))
        close_dangling(journal)
        opened = _Opening(
            order=order, opener=opener, exercise=exercise, stack=playable.stack, journal=journal, undo=undo
        ).run()
        undo.pop_all()
        return opened


@dataclass(kw_only=True)
class _Opening:
    """The steps of opening one run; `undo` takes back what is done so far when one of them fails."""

    order: Order
    opener: Opener
    exercise: Exercise
    stack: Stack
    journal: Journal
    undo: ExitStack

    def run(self) -> Opened:
        run = self.order.run or new_run_id()
        stands = ground(self.order.runtime, self.stack, home(), run)
        writer = self.undo.enter_context(self.journal.writer(run))
        clock = RunClock()
        rules = Rules(calm_ms=self.order.calm_ms, gate=self.order.gate, shield=self.opener.shield)
        conductor = Conductor(self.exercise, self.stack, writer, clock, rules)
        conductor.record(self._run_opened(stands))
        self.undo.push(partial(close_unplayed, conductor))

        def told(step: Step) -> None:
            conductor.record(StepDone(step=step.what, took_ms=step.took_ms))
            self.opener.progress(step)

        runtime = AttendedRuntime(stands.runtime)
        self.undo.callback(runtime.down)
        place = runtime.prepare()
        stage = self._stage(runtime, self._target(place, stands), conductor, stands)
        with _timed("stack", told):
            runtime.up(told)
        stage.apply_path.adopt()
        looked = partial(_look, conductor)
        control = ChangeControl(stage, lambda: conductor.glimpse().state, conductor.record)
        hook = webhook(self.order.webhook, self.order.webhook_format, conductor)
        if hook is not None:
            self.undo.callback(hook.close)
        watch = Watch(stage, conductor, on=conductor.glimpse().state.terms.sign, alarm=alarm(run, hook))
        desk = Desk(stage, conductor.record, looked, conductor.require_open, control, watch.recorded)
        dealer = Dealer(self.exercise, stage, conductor, control, desk)
        faults = Faults(desk.colleagues, stage.console, stage.toxics, runtime)
        for herring in self.exercise.red_herrings:
            if herring.toxic is not None:
                faults.add_toxic(herring.toxic)
        with _timed("users", told):
            conductor.load_starts()
            stage.load.start(self._plan(stage, clock))
        return Opened(
            run=run,
            gate=self.order.gate,
            exercise=self.exercise,
            stage=stage,
            conductor=conductor,
            desk=desk,
            dealer=dealer,
            instruments=Instruments(stage, stands.programs, looked),
            workbench=Workbench(stage, looked, conductor.require_open),
            proposals=Proposals(stage, conductor, control, desk, dealer, looked),
            watch=watch,
            webhook=hook,
            faults=faults,
            journal=self.journal,
            store=self.order.store,
            writer=writer,
            open_way=stands.open_way,
        )

    def _run_opened(self, stands: Ground) -> RunOpened:
        return RunOpened(
            exercise=self.order.code,
            exercise_digest=self.exercise.digest,
            seed=self.order.seed,
            stack=self.stack.name,
            minutes=self.exercise.briefing.minutes,
            rules=RULES,
            team=self.order.team,
            users=self.stack.users,
            objective=self.stack.objective.success,
            versions=stands.versions,
            terms=self.order.terms(self.exercise),
        )

    def _stage(self, runtime: AttendedRuntime, target: Target, conductor: Conductor, stands: Ground) -> Stage:
        """The edge before anything serves: log receiver, repository with its history, first configuration laid out."""
        place = runtime.prepare()
        account = unprivileged()
        log = place.endpoint("game.log")
        receiver = LogReceiver(place.logs / TRAFFIC_LOG, log.host, log.port)
        receiver.start()
        self.undo.callback(receiver.stop)
        load = AttendedLoad(
            lambda died: LoadDriver(
                on_batch=conductor.load_arrived,
                on_failure=died,
                log=place.logs / "load.log",
                on_started=partial(stands.loads, place),
                launch=stands.launch,
            )
        )
        self.undo.callback(load.stop)
        load.prepare()
        repository = LbRepository(place.repository, addresses(place))
        made = repository.create(
            read_files(stacks_dir() / "auth" / "haproxy"), self.exercise.history, int(time.time())
        )
        master = Master(place.master_socket)
        apply_path = ApplyPath(place, master, stands.checks(account), account, is_free=stands.is_free)
        sober = repository.head()
        first = apply_path.install_first(repository.files_at(sober), sober)
        if isinstance(first, Refusal):
            raise ServiceFailed(
                f"the configuration before any fault is refused ({first.stage}): {'; '.join(first.words)}",
                hint="mend stacks/auth/haproxy or the history of the exercise",
            )
        toxiproxy = place.endpoint("toxiproxy.api")
        return Stage(
            stack=self.stack,
            place=place,
            runtime=runtime,
            repository=repository,
            apply_path=apply_path,
            master=master,
            console=LbConsole(master),
            toxics=Toxics(toxiproxy.host, toxiproxy.port),
            receiver=receiver,
            shadow=Shadow(place, stands.shadows(account), account),
            load=load,
            target=target,
            roster=roster(self.stack, self.order.seed),
            revisions={one.change: one.revision for one in made},
            sober=sober,
        )

    def _target(self, place: Place, stands: Ground) -> Target:
        edge = place.endpoint("haproxy.edge")
        return Target(
            address=edge.host,
            port=edge.port,
            ca=str(stands.runtime.certificates.ca),
            public_key=stands.runtime.certificates.verifying_key.read_text(),
        )

    def _plan(self, stage: Stage, clock: RunClock) -> LoadPlan:
        return LoadPlan(
            target=stage.target,
            cohorts=self.stack.cohorts,
            users=stage.roster,
            seed=self.order.seed,
            requests_per_second=self.stack.requests_per_second,
            origin_ns=clock.origin_ns,
            workers=self.stack.load_workers,
        )


def _look(conductor: Conductor, layer: str, instrument: str) -> None:
    """Looks are recorded while the run is open; afterwards anybody may look at what they like."""
    if conductor.glimpse().state.closed is None:
        conductor.ask(Look(by="trainee", layer=layer, instrument=instrument))


@contextmanager
def _timed(what: str, told: Progress) -> Iterator[None]:
    """Tell a step when its block ends well."""
    started = time.monotonic()
    yield
    told(Step(what=what, took_ms=round((time.monotonic() - started) * 1000)))
