"""The conductor: the monitor of one run. Decides under a lock, records durably, then carries effects out.

Every fact passes through `record`, in one order, before anybody is told of it. Requests come from API threads, batches
from the load worker's reader thread, time from one ticker thread; effects run one after the other in a thread of their
own. Nothing slow is done under the lock except the journal's durable append.

A run whose facts cannot be recorded any more, or one of whose threads fails, is broken: whoever waits for something in it
is told why, instead of waiting for ever.
"""

from __future__ import annotations

import queue
import threading
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from game.core.events import LoadStarted
from game.core.timeline import RunState, advance
from game.director.answers import answer
from game.director.clock import RunClock, wall_ms
from game.director.due import due
from game.director.effects import Finish, InjectFault
from game.director.gate import ALONE, Gate
from game.director.observe import Observation, afresh, observe, start_observation
from game.director.owners import owner
from game.director.progress import Progress, progressed
from game.director.situation import Decision, Situation, require_going, require_open
from game.errors import DanceoffError, PlatformError, StorageFailed

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from game.core.events import Ending, Event, Recorded
    from game.core.exercise import Exercise
    from game.core.outcome import LoadBatch
    from game.core.stack import Stack
    from game.director.effects import Effect
    from game.director.requests import Request

TICK_S = 0.1
# A batch comes later than what it tells of; rounding to milliseconds may say otherwise by this much.
ROUNDING_MS = 5


class Writer(Protocol):
    """The journal's side that a run writes to: durable before it returns."""

    def append(self, events: tuple[tuple[int, int, Event], ...]) -> tuple[Recorded, ...]: ...


class Performer(Protocol):
    """Carries out effects at the edge; what came of it is recorded through the conductor."""

    def perform(self, effect: Effect) -> None: ...

    def failed(self, effect: Effect, error: DanceoffError) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Glimpse:
    """A consistent look at the run at one moment."""

    state: RunState
    progress: Progress
    at_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """`calm_ms`: how long steady state must last before the first fault; `gate`: what else it waits for.

    `shield` keeps signals from interrupting the calling thread while it records.
    """

    calm_ms: int = 0
    gate: Gate = ALONE
    shield: Callable[[], AbstractContextManager[object]] = nullcontext


class Conductor:
    """One run's monitor. `exercise` is never given to anybody; views are made from the events."""

    def __init__(
        self, exercise: Exercise, stack: Stack, writer: Writer, clock: RunClock, rules: Rules | None = None
    ) -> None:
        self.exercise = exercise
        self._stack = stack
        self._rules = rules or Rules()
        self.clock = clock
        self._owners = tuple(owner(fault, exercise, stack) for fault in exercise.faults)
        self._writer = writer
        self._lock = threading.RLock()
        self._changed = threading.Condition(self._lock)
        self._state = RunState()
        self._progress = Progress()
        self._observation: Observation | None = None
        self._launched: frozenset[Effect] = frozenset()
        self._events: list[Recorded] = []
        self._effects: queue.SimpleQueue[Effect | None] = queue.SimpleQueue()
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        self._broken: DanceoffError | None = None
        self._halted = ""

    def start(self, performer: Performer) -> None:
        """Start the ticker and the performer's thread."""
        self._threads = [
            threading.Thread(target=self._tick, name="director-ticker", daemon=True),
            threading.Thread(target=self._carry_out, args=(performer,), name="director-effects", daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Stop both threads; idempotent, and safe from within an effect."""
        self._stop.set()
        self._effects.put(None)
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join(timeout=5)

    def ask(self, request: Request) -> str:
        """Answer a request by the rules; raises Refused. The facts it leads to are durable when this returns."""
        with self._lock:
            decision = answer(self._situation(), request)
            self._settle(decision)
            return decision.reply

    def record(self, *events: Event) -> tuple[Recorded, ...]:
        """Append facts, durably, stamped now, and let everybody who waits know."""
        with self._rules.shield(), self._lock:
            at_ms, wall = self.clock.now_ms(), wall_ms()
            try:
                recorded = self._writer.append(tuple((at_ms, wall, event) for event in events))
            except StorageFailed as error:
                self.breaks(error)
                raise
            for entry in recorded:
                self._state = advance(self._state, entry)
                self._progress = progressed(self._progress, entry.event, entry.at_ms)
            self._events.extend(recorded)
            self._changed.notify_all()
            return recorded

    def load_starts(self) -> None:
        """Begin to observe the load, or say that another worker offers it from now on."""
        with self._rules.shield(), self._lock:
            if self._observation is None:
                at_ms = self.clock.now_ms()
                self._observation = start_observation(self._stack, self.exercise.alerts, at_ms)
            users, rate = self._stack.users, self._stack.requests_per_second
            self.record(LoadStarted(users=users, requests_per_second=rate))

    def load_arrived(self, batch: LoadBatch) -> None:
        """Take a batch of outcomes, and record what they mean.

        What is offered while the clock stands still counts for nobody: the platform is at fault. Nor does a batch that
        was stamped before its sender knew how long the clock stood.
        """
        with self._lock:
            # Once the run is being judged, what still happens to users counts for nobody.
            over = self._broken is not None or self._state.closed is not None or self._finishing
            early = batch.settled_ms > self.clock.now_ms() + ROUNDING_MS
            if self._observation is None or over or early or self.clock.stands:
                return
            judging = self._progress.steady_at_ms is not None
            self._observation, events = observe(self._observation, batch, judging=judging)
            if events:
                self._tell(events)

    @property
    def broken(self) -> DanceoffError | None:
        """Why the run cannot go on, if it cannot."""
        return self._broken

    def breaks(self, error: DanceoffError) -> None:
        """Remember the first reason why the run cannot go on, and wake everybody who waits."""
        with self._lock:
            self._broken = self._broken or error
            self._changed.notify_all()

    def end(self, how: Ending, reason: str) -> None:
        """Have the run judged and closed soon, unless that is under way or done."""
        with self._lock:
            if self._state.closed is None and not self._finishing:
                self._settle(Decision(effects=(Finish(how=how, reason=reason),)))

    def require_open(self) -> None:
        """Raise Refused once the run is over, and while its clock stands on purpose."""
        with self._lock:
            require_open(self._situation())
            require_going(self._situation())

    def glimpse(self) -> Glimpse:
        with self._lock:
            return Glimpse(state=self._state, progress=self._progress, at_ms=self.clock.now_ms())

    def events(self, after: int = 0) -> tuple[Recorded, ...]:
        """Every fact with a greater `seq`, in order."""
        with self._lock:
            return tuple(self._events[after:])

    def wait_for(self, condition: Callable[[Glimpse], bool], timeout_s: float) -> bool:
        """Wait until the run satisfies a condition; False when the time is over. Raises what broke the run."""
        with self._changed:
            met = self._changed.wait_for(
                lambda: self._broken is not None or condition(self.glimpse()), timeout=timeout_s
            )
            if self._broken is not None:
                raise self._broken
            return met

    def pause(self, halted: str = "") -> None:
        """Let the clock stand; `halted` is why, if it is on purpose: then nobody may act meanwhile."""
        with self._lock:
            self.clock.pause()
            self._halted = halted or self._halted

    def resume(self) -> None:
        with self._lock:
            self.clock.resume()
            self._halted = ""

    @property
    def _finishing(self) -> bool:
        return any(isinstance(effect, Finish) for effect in self._launched)

    def _situation(self) -> Situation:
        return Situation(
            exercise=self.exercise,
            state=self._state,
            progress=self._progress,
            at_ms=self.clock.now_ms(),
            launched=self._launched,
            calm_ms=self._rules.calm_ms,
            owners=self._owners,
            held_back=not self._rules.gate.lifted(),
            halted=self._halted,
        )

    def _settle(self, decision: Decision) -> None:
        if decision.events:
            self.record(*decision.events)
        first_fault = InjectFault(fault=0)
        if first_fault in decision.effects and self._observation is not None:
            self._observation = afresh(self._observation, self._stack)
        for effect in decision.effects:
            self._launched |= {effect}
            self._effects.put(effect)

    def _tell(self, events: tuple[Event, ...]) -> None:
        """Record what a thread of our own found out; when that fails, the run is broken and says so by itself."""
        try:
            self.record(*events)
        except StorageFailed:
            return

    def _tick(self) -> None:
        while not self._stop.wait(TICK_S):
            try:
                with self._lock:
                    # What is due has to wait while the platform is at fault: a fault on top of it would prove nothing.
                    if not self.clock.stands:
                        self._settle(due(self._situation()))
            except DanceoffError as error:
                self.breaks(error)
                return

    def _carry_out(self, performer: Performer) -> None:
        while (effect := self._effects.get()) is not None:
            try:
                performer.perform(effect)
            except Exception as error:  # noqa: BLE001 - else this thread would be gone and the run wait for ever.
                self._failed(performer, effect, error)

    def _failed(self, performer: Performer, effect: Effect, error: Exception) -> None:
        worded = in_words(error)
        try:
            performer.failed(effect, worded)
        except Exception:  # noqa: BLE001 - the run cannot even be closed: that is for those who wait to hear.
            self.breaks(worded)


def in_words(error: Exception) -> DanceoffError:
    """An error that somebody can be told: one that nobody foresaw (often the machine's: a full disk, no memory) is the platform's."""
    if isinstance(error, DanceoffError):
        return error
    return PlatformError(
        f"{type(error).__name__}: {error}", hint="see whether disk and memory are full; then: danceoff doctor"
    )
