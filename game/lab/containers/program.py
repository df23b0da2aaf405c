"""One server in a container: meets `Program`, as a child process does."""

from __future__ import annotations

import math
import signal
import threading
from typing import IO, TYPE_CHECKING

from game.lab.runtime.child import last_lines

if TYPE_CHECKING:
    from game.lab.containers.engine import Engine, Started
    from game.lab.containers.pipes import Pipes
    from game.lab.containers.watch import Watch
    from game.lab.runtime.child import Command

ENDED_WITHIN_S = 10.0
KILLED = -int(signal.SIGKILL)
# A shell says of what a signal ended that it ended with so much more than the signal's number.
BY_SIGNAL = 128


class ContainerProgram:
    """A container is of no use twice: another start is another container."""

    def __init__(
        self, command: Command, started: Started, engine: Engine, watch: Watch, pipes: Pipes | None
    ) -> None:
        """Take what was started, and who hears of its end."""
        self.command = command
        self.container = started.container
        self._pid = started.pid
        self._engine = engine
        self._watch = watch
        self._pipes = pipes
        self._host: ContainerProgram | None = None
        self._status: int | None = None
        self._ended = threading.Event()
        watch.expect(started.container, self._end)

    @property
    def pid(self) -> int:
        return self._pid

    @property
    def running(self) -> bool:
        """While the engine is silent nothing is known of a server, and it counts as gone; so it does without its network."""
        alone = self._host is None or self._host.running
        return alone and not self._ended.is_set() and not self._watch.lost

    def lives_in(self, host: ContainerProgram) -> None:
        """Say whose network it shares."""
        self._host = host

    @property
    def status(self) -> int | None:
        return self._status

    @property
    def stdin(self) -> IO[bytes] | None:
        return self._pipes.stdin if self._pipes else None

    @property
    def stdout(self) -> IO[bytes] | None:
        return self._pipes.stdout if self._pipes else None

    def wait(self, within_s: float) -> bool:
        """Tell whether it has ended in time."""
        return self._ended.wait(within_s)

    def stop(self, grace_s: float = 2.0) -> None:
        """End it, in good order if it manages within the grace."""
        if not self._ended.is_set():
            self._engine.unpause(self.container)
            self._engine.stop(self.container, math.ceil(grace_s))
            self._ended.wait(ENDED_WITHIN_S)
        self.kill()

    def kill(self) -> None:
        """End it at once and forget it; returns when it is gone."""
        self._engine.remove(self.container)
        self._end(BY_SIGNAL + signal.SIGKILL)
        self.hang_up()

    def hang_up(self) -> None:
        """Talk to it no more."""
        if self._pipes is not None:
            self._pipes.close()

    def signal_all(self, number: signal.Signals) -> None:
        """Pause and resume are the engine's own, for everything in the container at once."""
        match number:
            case signal.SIGSTOP:
                self._engine.pause(self.container)
            case signal.SIGCONT:
                self._engine.unpause(self.container)
            case _:
                self._engine.kill(self.container, number.name)

    def last_lines(self, count: int = 6) -> str:
        return last_lines(self.command.log, count)

    def _end(self, status: int) -> None:
        if not self._ended.is_set():
            self._status = BY_SIGNAL - status if status > BY_SIGNAL else status
            self._ended.set()
            if self._pipes is not None:
                self._pipes.ended()
