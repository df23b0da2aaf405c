"""The conductor: the monitor of one run. Decides under a lock, records durably, then carries effects out.

Every fact passes through `record`, in one order, before anybody is told of it. Requests come from API threads, batches
from the load worker's reader thread, time from one ticker thread; effects run one after the other in a thread of their
own. Nothing slow is done under the lock except the journal's durable append.
"""

from __future__ import annotations

import queue
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from game.core.events import LoadStarted, ServiceDied
from game.core.timeline import RunState, advance
from game.director.clock import RunClock, wall_ms
from game.director.decide import Decision, Situation, answer, due, require_open
from game.director.observe import Observation, observe, start_observation
from game.director.progress import Progress, progressed
from game.errors import DanceoffError

if TYPE_CHECKING:
    from collections.abc import Callable

    from game.core.events import Event, Recorded
    from game.core.exercise import Exercise
    from game.core.outcome import LoadBatch
    from game.core.stack import Stack
    from game.director.effects import Effect
    from game.director.requests import Request
    from game.errors import ServiceFailed

TICK_S = 0.1


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


class Conductor:
    """One run's monitor. `exercise` is never given to anybody; views are made from the events."""

    def __init__(
        self, exercise: Exercise, stack: Stack, writer: Writer, clock: RunClock, calm_ms: int = 0
    ) -> None:
        self.exercise = exercise
        self._stack = stack
        self._calm_ms = calm_ms
        self.clock = clock
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
        self.load_died = threading.Event()

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
        with self._lock:
            at_ms, wall = self.clock.now_ms(), wall_ms()
            recorded = self._writer.append(tuple((at_ms, wall, event) for event in events))
            for entry in recorded:
                self._state = advance(self._state, entry)
                self._progress = progressed(self._progress, entry.event, entry.at_ms)
            self._events.extend(recorded)
            self._changed.notify_all()
            return recorded

    def load_starts(self, at_ms: int) -> None:
        """Begin to observe (again, after the load worker was replaced) load that starts at `at_ms`."""
        with self._lock:
            self._observation = start_observation(self._stack, self.exercise.alerts, at_ms)
            users, rate = self._stack.users, self._stack.requests_per_second
            self.record(LoadStarted(users=users, requests_per_second=rate))

    def load_arrived(self, batch: LoadBatch) -> None:
        """Take a batch of outcomes, and record what they mean."""
        with self._lock:
            if self._observation is None or self._state.closed is not None:
                return
            self._observation, events = observe(self._observation, batch)
            if events:
                self.record(*events)

    def load_failed(self, failure: ServiceFailed) -> None:
        """The load worker died. Its silence counts as bad until it is replaced, so this is recorded at once."""
        self.load_died.set()
        if self.glimpse().state.closed is None:
            self.record(ServiceDied(service="load", what=failure.what))

    def require_open(self) -> None:
        """Raise Refused once the run is over."""
        with self._lock:
            require_open(self._situation())

    def glimpse(self) -> Glimpse:
        with self._lock:
            return Glimpse(state=self._state, progress=self._progress, at_ms=self.clock.now_ms())

    def events(self, after: int = 0) -> tuple[Recorded, ...]:
        """Every fact with a greater `seq`, in order."""
        with self._lock:
            return tuple(self._events[after:])

    def wait_for(self, condition: Callable[[Glimpse], bool], timeout_s: float) -> bool:
        """Wait until the run satisfies a condition; False when the time is over."""
        with self._changed:
            return self._changed.wait_for(lambda: condition(self.glimpse()), timeout=timeout_s)

    def pause(self) -> None:
        with self._lock:
            self.clock.pause()

    def resume(self) -> None:
        with self._lock:
            self.clock.resume()

    def _situation(self) -> Situation:
        return Situation(
            exercise=self.exercise,
            state=self._state,
            progress=self._progress,
            at_ms=self.clock.now_ms(),
            launched=self._launched,
            calm_ms=self._calm_ms,
        )

    def _settle(self, decision: Decision) -> None:
        if decision.events:
            self.record(*decision.events)
        for effect in decision.effects:
            self._launched |= {effect}
            self._effects.put(effect)

    def _tick(self) -> None:
        while not self._stop.wait(TICK_S):
            with self._lock:
                self._settle(due(self._situation()))

    def _carry_out(self, performer: Performer) -> None:
        while (effect := self._effects.get()) is not None:
            try:
                performer.perform(effect)
            except DanceoffError as error:
                performer.failed(effect, error)
