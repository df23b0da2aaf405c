"""The reaper: a small program outside the game that removes everything a run owns once the game is dead.

`python -m game.lab.reaper <run root> <game's pid> <game's start time>`; the runtime starts it before anything else, in
a session of its own. It sleeps in the kernel until the game's process ends. It imports little, so that it is there
within milliseconds and costs a few megabytes.
"""

from __future__ import annotations

import os
import select
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from game.errors import EngineSilent
from game.lab.process_table import Process, boot_id, family, process, processes, working_below
from game.lab.register import ENGINE, OWNER, REMOVED, Registered, read_owner, registered

if TYPE_CHECKING:
    from game.lab.home import Home

GRACE_S = 1.5
DEATH_S = 5.0
STEP_S = 0.02
LOOK_EVERY_S = 0.5
# Longer than an engine takes to start again.
ENGINE_BACK_WITHIN_S = 60.0
# What a game asked the engine for may come up after its death.
SETTLE_S = 1.5
# What a run needs only while it lives, relative to its root; everything else is evidence and stays.
TRANSIENT = (
    *("postgres", "redis", "toxiproxy", "prometheus", "sock", "private", "live/certs"),
    *("door", "pipes", "checks", "ops"),
)
# Folders in which only servers work (a trainee's own shell sits in lb/ and must survive).
SERVERS_WORK_IN = ("postgres",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """What was removed from one run: names of processes and containers that were still there, and how long it took.

    `left` are processes that do not end; `silent` says why containers could not be removed, empty when nothing stays.
    """

    root: Path
    ended: tuple[str, ...]
    left: tuple[int, ...]
    took_ms: int
    silent: str = ""


def start_reaper(root: Path, owner: Registered) -> subprocess.Popen[bytes]:
    """Start the reaper of a run whose root exists; it outlives the game by the time that removing takes."""
    (root / "logs").mkdir(exist_ok=True)
    package = Path(__file__).resolve().parent.parent.parent
    with (root / "logs" / "reaper.log").open("ab") as log:
        return subprocess.Popen(
            [
                sys.executable,
                "-S",
                "-P",
                "-m",
                "game.lab.reaper",
                str(root),
                str(owner.pid),
                str(owner.start),
            ],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            env={"PYTHONPATH": str(package), "PYTHONDONTWRITEBYTECODE": "1"},
            start_new_session=True,
        )


def remove(root: Path, engine_back_within_s: float = 0.0) -> Removal:
    """End everything that a run started and delete its transient files. May be called at any time, repeatedly.

    Processes are ended by what was registered, containers by their label.
    """
    started = time.monotonic()
    containers, silent = _containers(root, engine_back_within_s)
    entries = registered(root)
    alive = _alive(root, entries)
    names = {entry.pid: entry.what for entry in entries}
    for entry in entries:
        if entry.lives():
            _signal(entry.pid, signal.SIGCONT)
            _signal(entry.pid, entry.stop)
    if alive and not _gone_within(root, entries, GRACE_S):
        deadline = time.monotonic() + DEATH_S
        while (remaining := _alive(root, entries)) and time.monotonic() < deadline:
            for one in remaining:
                _signal(one.pid, signal.SIGKILL)
            time.sleep(STEP_S)  # the polling step: they are not our children
    clear(root)
    left = tuple(one.pid for one in _alive(root, entries))
    if not left and not silent and root.is_dir():
        (root / REMOVED).touch()
    return Removal(
        root=root,
        ended=(*(names.get(one.pid, f"process {one.pid}") for one in alive), *containers),
        left=left,
        silent=silent,
        took_ms=round((time.monotonic() - started) * 1000),
    )


def _containers(root: Path, back_within_s: float) -> tuple[tuple[str, ...], str]:
    """Remove a run's containers; returns their names, and why that could not be done."""
    if not (root / ENGINE).exists():
        return (), ""
    # Only a run in containers needs the code that speaks to the engine.
    from game.lab.containers.leftovers import remove_leftovers  # noqa: PLC0415 - see above

    try:
        return remove_leftovers(root, back_within_s, SETTLE_S if back_within_s else 0.0).containers, ""
    except EngineSilent as error:
        return (), error.what


def clear(root: Path) -> None:
    """Delete what a run needed only while it lived: data directories, sockets, keys."""
    for name in TRANSIENT:
        shutil.rmtree(root / name, ignore_errors=True)


def sweep(home: Home) -> tuple[Removal, ...]:
    """Remove what is left of every run whose game is dead; runs of living games are not touched."""
    try:
        roots = sorted(root for root in home.runs.iterdir() if (root / OWNER).is_file())
    except OSError:
        return ()
    done = []
    for root in roots:
        owner = read_owner(root)
        if (owner is None or not owner.lives()) and not (root / REMOVED).exists():
            done.append(remove(root))
    return tuple(done)


def _alive(root: Path, entries: tuple[Registered, ...]) -> tuple[Process, ...]:
    """Return the run's living processes: the families of all registered ones, and who works in a server's folder."""
    everybody = processes()
    boot = boot_id()
    found: dict[int, Process] = {}
    for entry in entries:
        if entry.boot == boot:
            found.update({one.pid: one for one in family(entry.pid, entry.start, everybody)})
    for name in SERVERS_WORK_IN:
        found.update({one.pid: one for one in working_below(root / name, everybody)})
    found.pop(os.getpid(), None)
    return tuple(found.values())


def _gone_within(root: Path, entries: tuple[Registered, ...], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not _alive(root, entries):
            return True
        time.sleep(STEP_S)  # the polling step: they are not our children
    return False


def _signal(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except (ProcessLookupError, PermissionError):
        # Gone meanwhile, or not ours: what stays is reported in `Removal.left`.
        return


def wait_for_death(pid: int, start: int) -> None:
    """Return once the process is gone; asleep in the kernel, or looking twice a second where it has no pidfd."""
    found = process(pid)
    if found is None or found.start != start:
        return
    try:
        descriptor = os.pidfd_open(pid)
    except OSError:
        while (found := process(pid)) is not None and found.start == start and found.alive:
            time.sleep(LOOK_EVERY_S)  # the polling step where the kernel has nothing to wait on
        return
    found = process(pid)
    if found is not None and found.start == start:
        select.select([descriptor], [], [])
    os.close(descriptor)


def main(arguments: list[str]) -> int:
    """Wait for the game's death, then remove the run; says what it did on standard output (the run's reaper.log)."""
    if len(arguments) != 3 or not (arguments[1] + arguments[2]).isdigit():
        sys.stderr.write("usage: python -m game.lab.reaper <run root> <game's pid> <game's start time>\n")
        return 2
    root = Path(arguments[0])
    # A terminal's Ctrl-C or hang-up is for the game; we leave when it does.
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    wait_for_death(int(arguments[1]), int(arguments[2]))
    removal = remove(root, ENGINE_BACK_WITHIN_S)
    sys.stdout.write(f"removed in {removal.took_ms} ms: {', '.join(removal.ended) or 'nothing was left'}\n")
    if removal.silent:
        sys.stdout.write(f"{removal.silent}\n")
    return 1 if removal.left or removal.silent else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
