"""What a run owns: its processes, written down before each starts its work, so that any death leaves a trace.

`<root>/owner.json` is the game's process, `<root>/processes.jsonl` one line a process it started. They need to outlive
the game, not the machine (a reboot ends all processes), so nothing is synced to disk.
"""

from __future__ import annotations

import json
import os
import signal
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from game.lab.process_table import boot_id, process

if TYPE_CHECKING:
    from pathlib import Path

OWNER = "owner.json"
PROCESSES = "processes.jsonl"
REMOVED = "removed"
# Where the engine of a run in containers is, and how they are labelled.
ENGINE = "engine.json"
# Locked as long as the game lives, for those who cannot see its process: it may be in another container.
ALIVE = "alive"


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """One process: `start` in ticks since the boot `boot`; `stop` is the signal that ends it in good order."""

    pid: int
    start: int
    boot: str
    what: str
    stop: int

    def lives(self) -> bool:
        """Tell whether this very process is still there."""
        found = process(self.pid)
        return found is not None and found.alive and found.start == self.start and self.boot == boot_id()


def identify(pid: int, what: str, stop: int = signal.SIGTERM) -> Registered:
    """Describe a process that exists now; one that is already gone gets a start time that matches nothing."""
    found = process(pid)
    return Registered(pid=pid, start=found.start if found else -1, boot=boot_id(), what=what, stop=int(stop))


def write_owner(root: Path) -> Registered:
    """Write down that the calling process is the run's game."""
    owner = identify(os.getpid(), "game")
    (root / OWNER).write_text(json.dumps(asdict(owner)) + "\n")
    return owner


def read_owner(root: Path) -> Registered | None:
    """Return the run's game, or None when the folder is no run or was not finished."""
    try:
        return _parse((root / OWNER).read_text())
    except OSError:
        return None


def register(root: Path, pid: int, what: str, stop: int = signal.SIGTERM) -> Registered:
    """Write a process of the run down. Whoever starts a process for a run calls this before it does its work."""
    entry = identify(pid, what, stop)
    line = json.dumps(asdict(entry)) + "\n"
    descriptor = os.open(root / PROCESSES, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        os.write(descriptor, line.encode())
    finally:
        os.close(descriptor)
    return entry


def registered(root: Path) -> tuple[Registered, ...]:
    """Return everything written down; a line cut short by a death names a process that never went to work."""
    try:
        lines = (root / PROCESSES).read_text().splitlines()
    except OSError:
        return ()
    return tuple(entry for line in lines if (entry := _parse(line)) is not None)


def _parse(line: str) -> Registered | None:
    try:
        found = json.loads(line)
        return Registered(
            pid=int(found["pid"]),
            start=int(found["start"]),
            boot=str(found["boot"]),
            what=str(found["what"]),
            stop=int(found["stop"]),
        )
    except (ValueError, KeyError, TypeError):
        return None
