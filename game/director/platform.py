"""Watching the platform of a run: what dies by itself is started again, recorded, and nobody's fault."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from game.core.events import ClockPaused, ClockResumed, DriftCleared, DriftSeen, ServiceDied, StepDone
from game.director.choke import REST_MS, Rests, rests
from game.director.conductor import in_words
from game.errors import DanceoffError, GroundLost, ServiceFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from game.director.conductor import Conductor
    from game.director.desk import Desk
    from game.director.stage import Stage

LOOK_EVERY_S = 1.0
MOST_REVIVALS = 5
LOAD = "load"


class Platform:
    """A thread that looks once a second, and at once when the load dies. What a trainee or a fault stopped stays stopped.

    `restored` puts back what an exercise set up in a service and what a restart of it forgets.
    """

    def __init__(
        self, stage: Stage, conductor: Conductor, desk: Desk, restored: Callable[[str], None]
    ) -> None:
        self._stage = stage
        self._conductor = conductor
        self._desk = desk
        self._restored = restored
        self._revived: dict[str, int] = {}
        self._drift: tuple[str, ...] = ()
        self._standing = threading.RLock()
        self._halted = False
        self._rests = Rests()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="platform-watch", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Begin nothing new from now on; idempotent."""
        self._over.set()
        self._stage.load.alarm.set()

    def join(self, within_s: float) -> None:
        """Wait for what was begun to end; it does once the stack is down."""
        if self._thread.is_alive():
            self._thread.join(within_s)

    def halt(self, reason: str) -> None:
        """Let the clock stand on purpose; idempotent."""
        with self._standing:
            if not self._halted:
                self._halted = True
                self._conductor.pause(reason)
                self._conductor.record(ClockPaused(reason=reason))

    def go_on(self) -> None:
        """Let the clock go on that was halted; idempotent."""
        with self._standing:
            if self._halted:
                self._halted = False
                self._stage.load.set_origin(self._go_on())

    def look(self) -> None:
        """Start again what died, and record drift when it changes."""
        dead = self._dead()
        if dead:
            with self._clock_standing(dead):
                for service in dead:
                    if not self._revive(service):
                        return
        self._let_rest()
        self._look_for_drift()

    def _dead(self) -> tuple[str, ...]:
        """What died by itself. The load comes last: it is of use only when the servers are back."""
        stack = self._stage.stack
        services = tuple(
            service
            for service in self._stage.runtime.dead()
            if (known := stack.service(service)) is not None and not known.optional
        )
        return services if self._stage.load.failure is None else (*services, LOAD)

    def _watch(self) -> None:
        alarm = self._stage.load.alarm
        while True:
            alarm.wait(LOOK_EVERY_S)
            alarm.clear()
            if self._over.is_set() or self._conductor.glimpse().state.closed is not None:
                return
            try:
                self.look()
            except Exception as error:  # noqa: BLE001 - else the watch would be gone, and nobody would know.
                if not self._over.is_set():
                    self._conductor.breaks(in_words(error))
                return

    def _revive(self, service: str) -> bool:
        """Bring it back; too many deaths make the run void, and so does ground that is lost. Tells whether the run goes on."""
        times = self._revived[service] = self._revived.get(service, 0) + 1
        if times > MOST_REVIVALS:
            self._conductor.end(
                "void", f"{service} died {times} times: this machine does not carry the stack"
            )
            return False
        try:
            if service == LOAD:
                self._stage.load.renew(self._begin_load)
            else:
                self._start(service)
            what = "it was started again"
        except GroundLost as error:
            self._conductor.end("void", str(error))
            return False
        except (ServiceFailed, OSError) as error:
            what = f"it could not be started again: {error}"
        if not self._over.is_set():
            self._conductor.record(ServiceDied(service=service, what=what))
        return True

    @contextmanager
    def _clock_standing(self, dead: tuple[str, ...]) -> Iterator[None]:
        """What happens to users meanwhile is the platform's fault, and nobody's time."""
        with self._standing:
            self._conductor.pause()
            try:
                reason = self._stage.runtime.trouble() or f"{', '.join(dead)} died"
                self._conductor.record(ClockPaused(reason=reason))
                yield
            finally:
                if self._conductor.clock.stands and not self._halted:
                    self._stage.load.set_origin(self._go_on())

    def _go_on(self) -> int:
        """Let the clock go on; returns its new origin, which the load has to know."""
        # Recorded while the clock still stands: writing it down is no time of the trainee's either.
        if not self._over.is_set():
            self._conductor.record(ClockResumed())
        self._conductor.resume()
        return self._conductor.clock.origin_ns

    def _let_rest(self) -> None:
        """Before steady state, a load that chokes the stack rests for a moment."""
        glimpse = self._conductor.glimpse()
        steady = glimpse.state.steady is not None
        if not self._rests.resting and (steady or not glimpse.progress.recent):
            return
        before, self._rests = self._rests, rests(self._rests, glimpse.progress.recent, glimpse.at_ms)
        if self._rests.resting and not before.resting:
            self._stage.load.set_rate(0)
        elif before.resting and not self._rests.resting:
            self._stage.load.set_rate(self._stage.stack.requests_per_second)
            self._conductor.record(
                StepDone(step="the load waited for the stack to get warm", took_ms=REST_MS)
            )

    def _start(self, service: str) -> None:
        if service == "haproxy":
            # A look between start and adoption would take it for somebody's doing.
            with self._stage.apply_path.quiet():
                self._stage.runtime.act(service, "start")
                self._stage.apply_path.adopt()
        else:
            self._stage.runtime.act(service, "start")
        self._restored(service)

    def _begin_load(self) -> int:
        """A new worker is ready: time goes on with it."""
        origin_ns = self._conductor.clock.origin_ns if self._halted else self._go_on()
        self._conductor.load_starts()
        return origin_ns

    def _look_for_drift(self) -> None:
        try:
            fields = self._desk.drift_fields()
        except DanceoffError:
            # HAProxy does not answer at this moment: that is its own finding, not drift.
            return
        if fields == self._drift:
            return
        self._drift = fields
        self._conductor.record(DriftSeen(fields=fields) if fields else DriftCleared())
