"""One server process and its life: start, stop, pause, restart. The servers' own files say how each is started."""

from __future__ import annotations

import signal
import threading
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING

from game.errors import UsageError
from game.lab.runtime.protocol import ServiceState

if TYPE_CHECKING:
    from game.lab.binaries import Programs
    from game.lab.places import Place
    from game.lab.runtime.child import Command
    from game.lab.runtime.program import Program, Starter
    from game.lab.unprivileged import Unprivileged

Settings = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What every server of a run needs to know: where, with what, as whom, and who starts it."""

    place: Place
    programs: Programs
    account: Unprivileged | None
    spawner: Starter


class Daemon(ABC):
    """A service that is one process (and its descendants)."""

    def __init__(self, name: str, site: Site) -> None:
        self.name = name
        self.site = site
        self._child: Program | None = None
        self._starts = 0
        self._lock = threading.RLock()

    @abstractmethod
    def command(self, settings: Settings) -> Command:
        """Return how to start it, with files written that it needs."""

    @abstractmethod
    def wait_until_healthy(self, child: Program) -> None:
        """Return when it serves; raise ServiceFailed otherwise."""

    def start(self, settings: Settings = ()) -> None:
        """Start it, unless it runs, and wait until it is healthy."""
        with self._lock:
            if self._child is None or not self._child.running:
                self._child = self.site.spawner.start(self.command(settings))
                self._starts += 1
            self.wait_until_healthy(self._child)

    def stop(self) -> None:
        with self._lock:
            if self._child is not None:
                self._child.stop()

    def kill(self) -> None:
        if self._child is not None:
            self._child.kill()

    def pause(self) -> None:
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._signal(signal.SIGCONT)

    def states(self) -> tuple[ServiceState, ...]:
        child = self._child
        running = child is not None and child.running
        return (
            ServiceState(
                service=self.name,
                running=running,
                pid=child.pid if child is not None and running else 0,
                restarts=max(0, self._starts - 1),
            ),
        )

    def _signal(self, number: signal.Signals) -> None:
        if self._child is None or not self._child.running:
            raise UsageError(f"{self.name} is not running", hint=f"start {self.name} first")
        self._child.signal_all(number)


def no_settings(name: str, settings: Settings) -> None:
    """Refuse settings for a service that has none."""
    if settings:
        raise UsageError(f"{name} takes no settings", hint="change its configuration instead")
