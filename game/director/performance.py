"""One live run: the stage is set, the conductor conducts, and everything is taken down in the end, whatever happens.

Opening registers each thing for removal before it is started; `close` is idempotent and may come at any moment.
"""

from __future__ import annotations

import os
import threading
from contextlib import ExitStack, nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING

from game.core.debrief import debrief
from game.core.events import (
    MessageReceived,
    TimeExtended,
)
from game.core.overview import Moment, overview
from game.core.sealed import scripted_actors, told_while_open
from game.core.taxonomy import COMPONENTS, GUARDS, LAYERS, MECHANISMS, normalise
from game.core.views import DebriefView, EventsView, EventView, Reply, RunView, TaxonomyView, WordView
from game.core.words import in_words
from game.director.bests import Rival, best_of, rival_of
from game.director.opening import Opener, open_stage
from game.director.platform import Platform
from game.director.reports import write_reports
from game.director.second import compared
from game.director.stagehand import Stagehand
from game.errors import DanceoffError, Refused, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

    from game.core.debrief import Debrief
    from game.core.events import Ending, Recorded, RollbackJudged
    from game.core.exercise import Briefing, TourStep
    from game.core.second.rounds import Rounds
    from game.core.taxonomy import Term
    from game.director.conductor import Conductor
    from game.director.desk import Desk
    from game.director.instruments import Instruments
    from game.director.opening import Opened, Progress
    from game.director.order import Order
    from game.director.proposals import Proposals
    from game.director.requests import Diagnose, HandOver, Request, Resolve
    from game.director.watch import Watch
    from game.director.workbench import Workbench
    from game.lab.faults import Faults

MOST_EVENTS = 500
WINDING_DOWN_S = 5.0


class Performance:
    """`conductor` decides and records, `desk` acts, `instruments` look. All three may be used from any thread."""

    def __init__(self, opened: Opened) -> None:
        self.run: str = opened.run
        self.root: Path = opened.stage.place.root
        self.pid: int = os.getpid()
        self.open_way = opened.open_way
        self.briefing: Briefing = opened.exercise.briefing
        self.tour: tuple[TourStep, ...] = opened.exercise.tour
        self.exercise = opened.exercise
        self.stage = opened.stage
        self.conductor: Conductor = opened.conductor
        self.desk: Desk = opened.desk
        self.instruments: Instruments = opened.instruments
        self.workbench: Workbench = opened.workbench
        self.proposals: Proposals = opened.proposals
        self.watch: Watch = opened.watch
        self.faults: Faults = opened.faults
        self._hand = Stagehand(opened)
        self._scripted = scripted_actors(opened.exercise)
        self._opened = opened
        self._closing = threading.Lock()
        self._down = False
        self._platform = Platform(opened.stage, opened.conductor, opened.desk, self._hand.restored)

    def start(self) -> None:
        """Let the conductor conduct, and watch that the platform lives."""
        self.conductor.start(self._hand)
        self._platform.start()
        self.watch.start()
        self._hand.prepare()

    def ask(self, request: Request) -> Reply:
        return Reply(words=self.conductor.ask(request))

    def diagnose(self, request: Diagnose) -> Reply:
        """Check the words against the taxonomy and resolve the change, then submit."""
        component = _word(request.component, COMPONENTS, "component")
        mechanism = _word(request.mechanism, MECHANISMS, "mechanism")
        if not 0 <= request.share <= 1:
            raise UsageError(f"share {request.share} is no share", hint="0 to 100 percent of all users")
        known = ("all", *(cohort.name for cohort in self.stage.stack.cohorts))
        if request.cohort not in known:
            raise UsageError(f"there is no cohort {request.cohort!r}", hint=f"one of: {', '.join(known)}")
        change = self._revision(request.change)
        return self.ask(replace(request, component=component, mechanism=mechanism, change=change))

    def hand_over(self, request: HandOver) -> Reply:
        return self.ask(replace(request, layer=_word(request.layer, LAYERS, "layer")))

    def resolve(self, request: Resolve) -> Reply:
        guard = _word(request.guard, GUARDS, "guard")
        return self.ask(replace(request, guard=guard, change=self._revision(request.change)))

    def view(self) -> RunView:
        glimpse = self.conductor.glimpse()
        moment = Moment(
            run=self.run, state=glimpse.state, recent=glimpse.progress.recent, at_ms=glimpse.at_ms
        )
        return replace(overview(moment, self.briefing, self.stage.stack), sign=self.watch.view())

    def events(self, after: int) -> EventsView:
        """What happened since an event, as far as it may be known now; at most MOST_EVENTS at once."""
        recorded = self.conductor.events(max(0, after))[:MOST_EVENTS]
        shown = tuple(
            EventView(seq=one.seq, at_ms=one.at_ms, kind=type(one.event).__name__, words=in_words(one.event))
            for one in self._tellable(recorded)
        )
        return EventsView(events=shown, next=recorded[-1].seq if recorded else max(0, after))

    def told(self, after: int = 0) -> tuple[Recorded, ...]:
        """Every fact with a greater number that a trainee may know now: all of them once the run is closed."""
        return self._tellable(self.conductor.events(max(0, after)))

    def _tellable(self, recorded: tuple[Recorded, ...]) -> tuple[Recorded, ...]:
        if self.conductor.glimpse().state.closed is not None and self._opened.gate.debriefed():
            return recorded
        return told_while_open(recorded, self._scripted)

    def taxonomy(self) -> TaxonomyView:
        return TaxonomyView(
            components=tuple(WordView(id=term.id, words=term.words) for term in COMPONENTS),
            mechanisms=tuple(WordView(id=term.id, words=term.words) for term in MECHANISMS),
            guards=tuple(WordView(id=term.id, words=term.words) for term in GUARDS),
            cohorts=tuple(cohort.name for cohort in self.stage.stack.cohorts),
            layers=tuple(WordView(id=term.id, words=term.words) for term in LAYERS),
        )

    def debrief(self) -> DebriefView:
        """Score and post-mortem; only once the run is over, because they hold the answer."""
        return self._debriefed()[1]

    def debriefed(self) -> Debrief:
        """What `debrief` tells, for whoever draws it themselves."""
        return self._debriefed()[0]

    def _debriefed(self) -> tuple[Debrief, DebriefView]:
        """Both forms; writes the files to take home."""
        if self.conductor.glimpse().state.closed is None:
            raise Refused("the run is not over yet", hint="danceoff resolve, or exit")
        if not self._opened.gate.debriefed():
            raise Refused("others are still playing this", hint="the debrief opens when the round is over")
        rival = self.rival()
        found = debrief(self.conductor.events(), rival.events, self.both(), rival.name)
        return found, write_reports(self.root, self.run, found)

    def rival(self) -> Rival:
        """The best of those who played beside it, else the team's own best before; nobody if neither can be read."""
        try:
            others = best_of(self._opened.gate.others(), self._opened.store)
            if others:
                return Rival(name="best of the others", events=others)
            return Rival(name="own best", events=rival_of(self.run, self._opened.store))
        except DanceoffError:
            return Rival()

    def mend_sign(self, by: str) -> Reply:
        """Have the neon sign measure by what was approved again; raises Refused where there is none."""
        self.conductor.require_open()
        if self.watch.view() is None:
            raise Refused("there is no neon sign here", hint="danceoff drift compares by hand")
        self.watch.mend(by)
        seen = self.watch.view()
        lit = seen.findings if seen else ()
        return Reply(words="mended: it shows" if lit else "mended: it is dark", lines=lit)

    def both(self) -> Rounds | None:
        """This round and the first one, if this is a second."""
        return compared(self.conductor.events(), self._opened.store)

    def fill_tour(self, line: str) -> str:
        """The tour's `@fault@`: the revision of the first fault that is a commit."""
        revisions = self.conductor.glimpse().progress.revisions
        return line.replace("@fault@", next((revision for revision in revisions if revision), ""))

    def halt(self, reason: str) -> None:
        """Let the clock stand on purpose: nothing counts meanwhile, and nobody may act. Idempotent."""
        self._platform.halt(reason)

    def go_on(self) -> None:
        """Let the clock go on that was halted. Idempotent."""
        self._platform.go_on()

    def extend(self, minutes: int, reason: str) -> None:
        """Give the run more time; raises Refused once it is over."""
        self._still_open()
        self.conductor.record(TimeExtended(minutes=minutes, reason=reason))

    def tell(self, sender: str, text: str) -> None:
        """Hand the team a message that is not the exercise's; raises Refused once the run is over."""
        self._still_open()
        self.conductor.record(MessageReceived(sender=sender, text=text, inject=True))

    def _still_open(self) -> None:
        if self.conductor.glimpse().state.closed is not None:
            raise Refused("this run is over", hint="its debrief has everything")

    def wait_until_steady(self, within_s: float) -> bool:
        """Wait until steady state is proved, or the run is void."""
        return self.conductor.wait_for(
            lambda now: now.state.steady is not None or now.state.closed is not None, within_s
        )

    def close(self, how: Ending, reason: str) -> None:
        """End the run if it is not over, and take everything down. Idempotent; who comes second waits for the first."""
        with self._closing:
            if self._down:
                return
            self._down = True
            try:
                self._hand.finish(how, reason)
            finally:
                self._take_down()

    def _take_down(self) -> None:
        """Every step is taken, whatever becomes of the others."""
        with ExitStack() as steps:
            # The last one registered is the first one taken.
            steps.callback(self._opened.journal.close)
            steps.callback(self._opened.writer.close)
            steps.callback(self.stage.receiver.stop)
            steps.callback(self._platform.join, WINDING_DOWN_S)
            steps.callback(self.watch.join, WINDING_DOWN_S)
            if self._opened.webhook is not None:
                steps.callback(self._opened.webhook.close)
            steps.callback(self.stage.runtime.down)
            steps.callback(self.stage.load.stop)
            steps.callback(self.conductor.stop)
            steps.callback(self._platform.stop)
            steps.callback(self.watch.stop)

    def judged(self, *, recovered: bool | None, counts: bool = True) -> RollbackJudged:
        """Judge the end state as it is now."""
        return self._hand.judged(recovered=recovered, counts=counts)

    def _revision(self, text: str) -> str:
        return self.stage.repository.resolve(text) if text.strip() else ""


def open_performance(
    order: Order,
    progress: Progress,
    shield: Callable[[], AbstractContextManager[object]] = nullcontext,
) -> Performance:
    """Set the stage, let the users in and start to conduct; steady state is proved by waiting for it.

    `shield` keeps signals from interrupting the calling thread where that would cut a record in two.
    """
    performance = Performance(open_stage(order, Opener(progress=progress, shield=shield)))
    performance.start()
    return performance


def _word(text: str, terms: tuple[Term, ...], what: str) -> str:
    word = normalise(text, terms)
    if word is None:
        raise UsageError(
            f"{text!r} is no {what} of the taxonomy", hint="danceoff diagnose --words lists them"
        )
    return word
