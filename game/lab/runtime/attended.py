"""A runtime that knows what it was asked for, and so can tell who died from who was stopped."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from game.lab.places import Place
    from game.lab.runtime.protocol import Runtime, ServiceAction, ServiceState, Step


class AttendedRuntime:
    """Meets `Runtime` by passing everything on.

    It adds `dead`, and settings that last: whoever restarts a service that was given others gets those again, as with a
    release, until `as_delivered`.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._lock = threading.Lock()
        self._up = False
        self._absent: set[str] = set()
        self._busy: set[str] = set()
        self._settings: dict[str, tuple[tuple[str, str], ...]] = {}

    def prepare(self) -> Place:
        return self._runtime.prepare()

    def up(self, progress: Callable[[Step], None]) -> None:
        self._runtime.up(progress)
        self._absent = {state.service for state in self._runtime.states() if not state.running}
        self._up = True

    def act(self, service: str, action: ServiceAction, settings: tuple[tuple[str, str], ...] = ()) -> None:
        with self._attending(service):
            if settings:
                self._settings[service] = settings
            lasting = self._settings.get(service, ()) if action in {"start", "restart"} else ()
            self._runtime.act(service, action, settings or lasting)
            if action in {"stop", "kill"}:
                self._absent.add(service)
            elif action in {"start", "restart"}:
                self._absent.discard(service)

    def as_delivered(self, service: str) -> None:
        """Forget the settings that a service was given, and restart it with its own."""
        self._settings.pop(service, None)
        self.act(service, "restart")

    def states(self) -> tuple[ServiceState, ...]:
        return self._runtime.states()

    def down(self) -> None:
        self._up = False
        self._runtime.down()

    def trouble(self) -> str:
        return self._runtime.trouble()

    def dead(self) -> tuple[str, ...]:
        """Services that should run and do not, and that nobody is acting on at this moment."""
        if not self._up:
            return ()
        with self._lock:
            excused = self._absent | self._busy
            found = tuple(state.service for state in self._runtime.states() if not state.running)
            return tuple(service for service in found if service not in excused)

    @contextmanager
    def _attending(self, service: str) -> Iterator[None]:
        with self._lock:
            self._busy.add(service)
        try:
            yield
        finally:
            with self._lock:
                self._busy.discard(service)
