"""Who carries out what the conductor decides: breaks, mends, changes, judges; and what came of it goes on record."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING, assert_never

from game.core.control.partner import PARTNER
from game.core.events import Closed, FaultInjected, FaultMended, LaterChangeMade, Paged
from game.core.exercise import ToxicFault
from game.core.second.canary import CANARY, message_for
from game.core.stack import ServiceKind
from game.director.effects import (
    Deal,
    Finish,
    InjectFault,
    MakeLaterChange,
    MendFault,
    PutThrough,
    StepBack,
    TakeBack,
)
from game.director.judge import Outcome, judge, reveal, well
from game.errors import Refused
from game.lab.faults import nothing
from game.lab.load.strangers import strangers, unserved

if TYPE_CHECKING:
    from collections.abc import Callable

    from game.core.events import Ending, RollbackJudged
    from game.core.exercise import Change, Exercise
    from game.director.effects import Effect
    from game.director.opening import Opened
    from game.errors import DanceoffError

# Endings of runs that are scored; others are not worth the time that it takes to look whether a repair serves everybody.
COUNTS = frozenset({"resolved", "timed-out"})


class Stagehand:
    """Meets the conductor's Performer. Effects come one after the other; judging and finishing from any thread."""

    def __init__(self, opened: Opened) -> None:
        self._exercise = opened.exercise
        self._stage = opened.stage
        self._conductor = opened.conductor
        self._desk = opened.desk
        self._watch = opened.watch
        self._faults = opened.faults
        self._gate = opened.gate
        self._dealer = opened.dealer
        self._finishing = threading.Lock()

    def perform(self, effect: Effect) -> None:
        """Carry out an effect; what came of it is recorded."""
        match effect:
            case InjectFault(fault=fault):
                together = self._gate.together if fault == 0 else nothing
                revision = self._break(fault, together)
                self._conductor.record(FaultInjected(fault=fault, revision=revision))
            case MendFault(fault=fault):
                self._faults.undo(self._exercise.faults[fault])
                self._conductor.record(FaultMended(fault=fault))
            case MakeLaterChange(later=later):
                revision = self._desk.colleagues.commit_and_apply(_agreed(self._exercise.later[later]))
                self._conductor.record(LaterChangeMade(revision=revision))
            case StepBack(revision=revision):
                self._step_back(revision)
            case Deal(number=number):
                self._dealer.deal(number)
            case PutThrough(number=number):
                self._dealer.put_through(number)
            case TakeBack(number=number):
                self._dealer.take_back(number)
            case Finish(how=how, reason=reason):
                self.finish(how, reason)
            case _:
                assert_never(effect)

    def _break(self, fault: int, together: Callable[[], None]) -> str:
        """Make a fault; a sign whose measure is to be poisoned gets it as its measure before it can look."""
        broken = self._exercise.sign.broken
        if broken is None or broken.how != "poisoned" or not self._exercise.sign.on:
            return self._faults.make(self._exercise.faults[fault], together)
        with self._stage.apply_path.quiet():
            revision = self._faults.make(self._exercise.faults[fault], together)
            self._watch.impair(broken.how, broken.by, broken.reason)
        return revision

    def _step_back(self, revision: str) -> None:
        """Take a change back by itself, and call whoever is on call: the change still has to be understood."""
        words = message_for(revision)
        try:
            told = self._desk.colleagues.step_back(revision, CANARY, words)
        except Refused as error:
            told = f"{words}. It could not be done: {error.what}."
        self._conductor.record(Paged(alert=CANARY, text=told))

    def prepare(self) -> None:
        """Silence the sign, or have it cry wolf, before anything else happens."""
        broken = self._exercise.sign.broken
        if self._exercise.sign.on and broken is not None and broken.how != "poisoned":
            self._watch.impair(broken.how, broken.by, broken.reason)

    def failed(self, effect: Effect, error: DanceoffError) -> None:
        """An effect that fails is the platform's fault: the run is void.

        Not so a colleague's change that does not fit what the trainee has made of the files meanwhile: it does not come.
        """
        if isinstance(effect, MakeLaterChange):
            self._conductor.record(LaterChangeMade(revision=""))
            return
        self.finish("void", f"{type(effect).__name__}: {error}")

    def judged(self, *, recovered: bool | None, counts: bool = True) -> RollbackJudged:
        """Judge the end state as it is now; a recovery that counts has to serve users whom the load does not know."""
        shut_out: tuple[str, ...] = ()
        if recovered and counts:
            found = strangers(self._stage.stack.cohorts, self._stage.roster)
            shut_out = unserved(self._stage.target, found)
        return judge(
            self._as_played(),
            self._stage,
            self._desk.drift_fields,
            Outcome(recovered=recovered, shut_out=shut_out),
        )

    def _as_played(self) -> Exercise:
        """The exercise with those later changes that came."""
        came = self._conductor.glimpse().state.later_revisions
        later = (change for change, revision in zip(self._exercise.later, came, strict=False) if revision)
        return replace(self._exercise, later=tuple(later))

    def finish(self, how: Ending, reason: str) -> None:
        """Judge, close, unseal: three facts in one durable append, once."""
        with self._finishing:
            state = self._conductor.glimpse().state
            if state.closed is not None:
                return
            judged = self.judged(recovered=well(self._exercise, state), counts=how in COUNTS)
            revealed = reveal(self._exercise, self._stage, self._conductor.glimpse().progress.revisions)
            self._conductor.record(judged, Closed(how=how, reason=reason), revealed, *self._dealer.truths())

    def restored(self, service: str) -> None:
        """Put back what a service forgets when it is started again: Toxiproxy its toxics."""
        known = self._stage.stack.service(service)
        if known is None or known.kind is not ServiceKind.PROXY:
            return
        injected = self._exercise.faults[: self._conductor.glimpse().progress.injected]
        herrings = (herring.toxic for herring in self._exercise.red_herrings)
        for fault in (*herrings, *injected):
            if isinstance(fault, ToxicFault):
                self._faults.add_toxic(fault)


def _agreed(change: Change) -> Change:
    """A legitimate change has somebody's approval, whoever the exercise names."""
    return change if change.approved_by or change.emergency else replace(change, approved_by=PARTNER)
