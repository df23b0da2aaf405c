"""Hears of the deaths of a run's containers, and of the engine's own."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from game.errors import PlatformError

if TYPE_CHECKING:
    from collections.abc import Callable

    from game.lab.containers.engine import Engine

LOOK_EVERY_S = 0.5
# What the kernel gives a process that was killed: nobody saw how these ended.
UNSEEN = 137


class Watch:
    """A thread that listens to the engine. `lost` holds while the engine does not answer: nothing is known then."""

    def __init__(self, engine: Engine, run: str) -> None:
        self._engine = engine
        self._run = run
        self._ends: dict[str, Callable[[int], None]] = {}
        self._dead: dict[str, int] = {}
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._lost = threading.Event()
        self._since_s = int(time.time()) - 1
        self._thread = threading.Thread(target=self._listen, name="containers", daemon=True)

    @property
    def lost(self) -> bool:
        return self._lost.is_set()

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        """Hear nothing any more; the thread ends by itself within seconds."""
        self._over.set()

    def expect(self, container: str, ended: Callable[[int], None]) -> None:
        """Have `ended` called with the exit code when this container ends, or at once if it has."""
        with self._lock:
            self._ends[container] = ended
            status = self._dead.get(container)
        if status is not None:
            ended(status)

    def _listen(self) -> None:
        while not self._over.is_set():
            try:
                for death in self._engine.deaths(self._run, self._since_s):
                    self._since_s = death.at_s
                    self._tell(death.container, death.status)
                    if self._over.is_set():
                        return
            except PlatformError:
                self._wait_for_the_engine()

    def _wait_for_the_engine(self) -> None:
        """Nothing is known until it is back; then whoever is not there any more has ended."""
        self._lost.set()
        while not self._over.wait(LOOK_EVERY_S):
            try:
                running = self._engine.running(self._run)
            except PlatformError:
                continue
            with self._lock:
                gone = [container for container in self._ends if container not in running]
            for container in gone:
                self._tell(container, UNSEEN)
            self._since_s = int(time.time())
            self._lost.clear()
            return

    def _tell(self, container: str, status: int) -> None:
        with self._lock:
            self._dead[container] = status
            ended = self._ends.pop(container, None)
        if ended is not None:
            ended(status)
