"""The load worker in a container, among its team's servers: meets what the load's driver knows of a child process."""

from __future__ import annotations

import signal
import subprocess
from typing import IO, TYPE_CHECKING

from game.lab.containers.provision import LOAD
from game.lab.runtime.child import Command

if TYPE_CHECKING:
    from pathlib import Path

    from game.lab.containers.program import ContainerProgram
    from game.lab.containers.spawner import ContainerSpawner

FOREVER_S = 3600.0
PROGRAM = ("python3", "-P", "-m", "game.lab.load.worker")
ENVIRONMENT = (("LOCUST_SKIP_MONKEY_PATCH", "1"), ("HOME", "/tmp"))  # noqa: S108 - inside the container, and its own


class ContainerLoad:
    """One worker; see `WorkerProgram`."""

    def __init__(self, root: Path, log: Path, spawner: ContainerSpawner) -> None:
        """Start it at once."""
        command = Command(
            service=LOAD,
            arguments=PROGRAM,
            directory=root,
            log=log,
            environment=ENVIRONMENT,
            talks=True,
        )
        self._program: ContainerProgram = spawner.start_container(command)

    @property
    def pid(self) -> int:
        return self._program.pid

    @property
    def stdin(self) -> IO[bytes] | None:
        return self._program.stdin

    @property
    def stdout(self) -> IO[bytes] | None:
        return self._program.stdout

    def poll(self) -> int | None:
        return self._program.status

    def wait(self, timeout: float | None = None) -> int:
        """Return its exit code; subprocess.TimeoutExpired when it does not end in time."""
        patience = FOREVER_S if timeout is None else timeout
        if not self._program.wait(patience):
            raise subprocess.TimeoutExpired(PROGRAM, patience)
        return self._program.status or 0

    def terminate(self) -> None:
        self._program.signal_all(signal.SIGTERM)

    def kill(self) -> None:
        self._program.kill()
