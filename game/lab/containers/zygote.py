"""The auth service's parent in a container: its children are out of the game's reach, so it passes signals on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from game.lab.process_table import family, process, processes
from game.lab.runtime.zygote import Zygote

if TYPE_CHECKING:
    import signal

SCRIPT = Path("/opt/danceoff/service/zygote.py")
PYTHON = "/usr/bin/python3"


class ContainerZygote(Zygote):
    """Replicas are numbered as in the container; `pid` tells the machine's numbers where they can be seen."""

    def pid(self, replica: str) -> int:
        inside = super().pid(replica)
        return self._outside(inside) if inside else 0

    def alive(self, replica: str) -> bool:
        return super().pid(replica) != 0

    def send(self, replica: str, number: signal.Signals) -> None:
        with self._turn:
            if super().pid(replica):
                self._ask({"do": "signal", "replica": replica, "signal": number.name})

    def _started(self, replica: str, pid: int) -> None:
        """Its container is removed by its label; the number means nothing outside."""

    def _outside(self, inside: int) -> int:
        """Find a process of the container by its number in there; that number itself where the machine's are hidden."""
        child = self._child
        found = process(child.pid) if child is not None else None
        if child is None or found is None:
            return inside
        for one in family(child.pid, found.start, processes()):
            if _innermost(one.pid) == inside:
                return one.pid
        return inside


def _innermost(pid: int) -> int:
    """Read a process's number in the innermost of its namespaces."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    numbers = next((line.split()[1:] for line in status.splitlines() if line.startswith("NSpid:")), ["0"])
    return int(numbers[-1])
