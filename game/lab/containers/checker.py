"""`haproxy -c` in a container of its own: without network, without anything of the run but the folder to check.

The container waits beside the stack, since starting one takes longer than the check.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from game.errors import ServiceFailed
from game.lab.containers.provision import CHECK, CHECKS_FOLDER
from game.lab.lb.check import LIMITED, Checked, Limits, ending
from game.lab.runtime.child import Command
from game.lab.runtime.haproxy import PEER

if TYPE_CHECKING:
    from pathlib import Path

    from game.lab.containers.pod import Crew
    from game.lab.containers.program import ContainerProgram

WAITING = ("sleep", "infinity")
# `timeout` ends what takes too long by SIGKILL, and says so as a shell does.
KILLED = 137


class ContainerChecker:
    """Meets `Checks`, with the HAProxy of the stack's own image."""

    def __init__(self, crew: Crew, limits: Limits | None = None) -> None:
        self._crew = crew
        self._limits = limits or Limits()
        self._container: ContainerProgram | None = None
        self._starts = 0
        self._closed = False
        self._lock = threading.Lock()

    def staging(self, root: Path) -> Path:
        return root / CHECKS_FOLDER

    def check(self, folder: Path) -> Checked:
        limits = self._limits
        container = self.waiting().container
        bounds = (limits.cpu_s, limits.memory_bytes // 1024, limits.open_files // 4, 0)
        command = (
            *("timeout", "-s", "KILL", f"{limits.wall_s:g}", "/bin/sh", "-c", LIMITED, "danceoff"),
            *map(str, bounds),
            *("haproxy", "-c", "-L", PEER, "-f", "haproxy.cfg"),
        )
        started = time.monotonic()
        code, output = self._crew.engine.execute(container, command, folder, limits.output_bytes + 1)
        took_s = time.monotonic() - started
        stopped = ending(code)
        if len(output) > limits.output_bytes:
            stopped = "it printed too much"
        elif code == KILLED and took_s >= limits.wall_s:
            stopped = f"it took longer than {limits.wall_s:g} s"
        if code in {126, 127}:
            raise ServiceFailed(
                f"the check cannot run: {output.decode(errors='replace').strip()[:200]}",
                hint="does the HAProxy image have /bin/sh, timeout and haproxy on its PATH?",
            )
        return Checked(
            ok=code == 0 and not stopped,
            output=output[: limits.output_bytes].decode(errors="replace"),
            stopped=stopped,
            took_ms=round(took_s * 1000),
        )

    def close(self) -> None:
        """Start no container from now on; one that is being started is there when this returns."""
        self._closed = True
        with self._lock:
            return

    def waiting(self) -> ContainerProgram:
        """Return the container that checks are done in, started now if it is not there."""
        with self._lock:
            if self._closed:
                raise ServiceFailed("nothing is checked any more, the run is being taken down")
            if self._container is None or not self._container.running:
                if self._container is not None:
                    self._container.kill()
                self._starts += 1
                root = self._crew.root
                command = Command(
                    service=CHECK,
                    arguments=WAITING,
                    directory=root / CHECKS_FOLDER,
                    log=root / "logs" / "check.log",
                )
                self._container = self._crew.start(command, "none", self._starts)
            return self._container
