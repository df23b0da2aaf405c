"""Processes as /proc tells them. A process is known by pid and start time, so that a pid used again is nobody's."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """`start` is in clock ticks since boot; `session` the pid of the session's leader."""

    pid: int
    parent: int
    session: int
    start: int
    state: str

    @property
    def alive(self) -> bool:
        return self.state not in {"Z", "X", "x"}


def boot_id() -> str:
    """Return what tells this boot of the machine from others: start times are only comparable within one."""
    return (PROC / "sys/kernel/random/boot_id").read_text().strip()


def process(pid: int) -> Process | None:
    """Look one process up; None when there is none."""
    try:
        text = (PROC / str(pid) / "stat").read_text()
    except OSError:
        return None
    # The command's name stands in parentheses and may itself contain any character: fields start after the last one.
    fields = text.rpartition(")")[2].split()
    return Process(
        pid=pid, state=fields[0], parent=int(fields[1]), session=int(fields[3]), start=int(fields[19])
    )


def processes() -> tuple[Process, ...]:
    """Look all processes up."""
    found = (process(int(folder.name)) for folder in PROC.iterdir() if folder.name.isdigit())
    return tuple(one for one in found if one is not None)


def family(leader: int, start: int, everybody: tuple[Process, ...]) -> tuple[Process, ...]:
    """Return the living processes of a leader: itself, its session, and its descendants.

    A session outlives its leader, and its number is not given to a new process meanwhile; so a session whose leader is
    somebody else (same pid, other start time) is not ours.
    """
    head = next((one for one in everybody if one.pid == leader), None)
    if start < 0 or (head is not None and head.start != start):
        return ()
    mine = {one.pid for one in everybody if one.session == leader and one.start >= start} | {leader}
    grown = True
    while grown:
        children = {one.pid for one in everybody if one.parent in mine} - mine
        mine |= children
        grown = bool(children)
    return tuple(one for one in everybody if one.pid in mine and one.alive)


def working_below(folder: Path, everybody: tuple[Process, ...]) -> tuple[Process, ...]:
    """Return the living processes whose working directory lies below a folder, as far as we may see it."""
    found = []
    for one in everybody:
        try:
            directory = (PROC / str(one.pid) / "cwd").readlink()
        except OSError:
            continue
        if one.alive and directory.is_relative_to(folder):
            found.append(one)
    return tuple(found)
