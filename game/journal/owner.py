"""Who writes a run: a process, told apart by id and start, so that the id of a dead one can be used again."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass

import psutil


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """`pid` 0: nobody. `started_ms` is when the process began."""

    pid: int = 0
    started_ms: int = 0
    host: str = ""

    @property
    def alive(self) -> bool:
        """Whether it may still write. A process of another host has to be believed."""
        if not self.pid:
            return False
        if self.host != socket.gethostname():
            return True
        return _started_ms(self.pid) == self.started_ms


def this_process() -> Owner:
    pid = os.getpid()
    return Owner(pid=pid, started_ms=_started_ms(pid) or 0, host=socket.gethostname())


def _started_ms(pid: int) -> int | None:
    """When a living process began; None when there is none, or only its remains."""
    try:
        process = psutil.Process(pid)
        return None if process.status() == psutil.STATUS_ZOMBIE else int(process.create_time() * 1000)
    except psutil.NoSuchProcess:
        return None
