"""kill -9 of the container engine, or of one of a run's containers, while a run goes on: what becomes of run and containers.

    python -m tests.benchmarks.kill_the_engine engine PIDFILE [TIMES]
    python -m tests.benchmarks.kill_the_engine container [TIMES]

The engine is one that may be killed: its pid is read from PIDFILE, and it is started again with the same arguments.
Every kill is a run of its own, notes are written throughout; afterwards every acknowledged one has to be in the journal.
"""

# ruff: noqa: T201 - a benchmark prints

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from game.core.events import ClockPaused, ClockResumed, Closed, NoteWritten, ServiceDied
from game.director.order import Order
from game.director.performance import Performance, open_performance
from game.director.requests import WriteNote
from game.errors import DanceoffError, EngineSilent
from game.journal import Journal, sqlite_url
from game.lab.containers.engine import Engine
from tests.stack.container.looking import inspected, networks

if TYPE_CHECKING:
    from collections.abc import Callable

TIMES = 10
STEADY_WITHIN_S = 90.0
AWAY_S = 3.0
BACK_WITHIN_S = 120.0
LEFT_AFTER_S = 15.0
STEP_S = 0.1


@dataclass(kw_only=True)
class Victim:
    """How to kill, and how to let live again."""

    kill: Callable[[str], str]
    revive: Callable[[], None] = field(default=lambda: None)


def until(condition: Callable[[], bool], within_s: float) -> float | None:
    """Seconds until a condition holds; None when it does not in time."""
    started = time.monotonic()
    while not condition():
        if time.monotonic() - started > within_s:
            return None
        time.sleep(STEP_S)
    return time.monotonic() - started


def one(number: int, victim: Victim) -> tuple[int, int, int]:
    """Acknowledged notes, lost ones, and things left on the engine."""
    home = Path(tempfile.mkdtemp(prefix="dk-", dir="/tmp"))
    home.chmod(0o711)
    os.environ["DANCEOFF_HOME"] = str(home)
    order = Order(code="macarena", seed=1, calm_ms=3_600_000, runtime="docker")
    acknowledged = 0
    performance = open_performance(order, lambda _step: None)
    try:
        performance.wait_until_steady(STEADY_WITHIN_S)

        def note() -> int:
            performance.ask(WriteNote(by="trainee", text=f"note {acknowledged + 1}"))
            return acknowledged + 1

        acknowledged = note()
        killed = victim.kill(performance.run)
        paused = until(lambda: saw(performance, ClockPaused), BACK_WITHIN_S)
        acknowledged = note()
        time.sleep(AWAY_S)
        acknowledged = note()
        victim.revive()
        resumed = until(
            lambda: (
                saw(performance, ClockResumed) or performance.conductor.glimpse().state.closed is not None
            ),
            BACK_WITHIN_S,
        )
        words = [
            each.event.reason
            for each in performance.conductor.events()
            if isinstance(each.event, ClockPaused)
        ]
        words += [
            each.event.what for each in performance.conductor.events() if isinstance(each.event, ServiceDied)
        ]
        try:
            acknowledged = note()
        except DanceoffError:
            words.append("the run is over")
    finally:
        try:
            performance.close("aborted", "measured")
        except DanceoffError as error:
            print(f"     closing: {error}")
    gone = until(lambda: not things(performance.run), LEFT_AFTER_S)
    with Journal.open(sqlite_url(home / "journal.db")) as journal:
        events = performance.conductor.events()
        written = sum(isinstance(each.event, NoteWritten) for each in events)
        ending = next((each.event for each in events if isinstance(each.event, Closed)), None)
        journal.verify(performance.run)
    left = things(performance.run)
    print(
        f"{number:3d}  killed {killed}: paused after {_seconds(paused)}, resumed {_seconds(resumed)} after, "
        f"said {sorted(set(words))}; closed {ending.how if ending else '?'}; lost {acknowledged - written}; "
        f"left {len(left)} ({_seconds(gone)})",
        flush=True,
    )
    shutil.rmtree(home, ignore_errors=True)
    return acknowledged, acknowledged - written, len(left)


def saw(performance: Performance, kind: type[object]) -> bool:
    return any(isinstance(each.event, kind) for each in performance.conductor.events())


def things(run: str) -> tuple[str, ...]:
    engine = Engine()
    try:
        return (*engine.containers(run), *(network["Name"] for network in networks(engine, run)))
    finally:
        engine.close()


def answers() -> bool:
    try:
        engine = Engine()
    except EngineSilent:
        return False
    try:
        return engine.answers()
    finally:
        engine.close()


def engine_victim(pidfile: Path) -> Victim:
    arguments = Path(f"/proc/{pidfile.read_text().strip()}/cmdline").read_bytes().split(b"\0")[:-1]

    def kill(_run: str) -> str:
        pid = int(pidfile.read_text())
        os.kill(pid, 9)
        return "the engine"

    def revive() -> None:
        pidfile.unlink(missing_ok=True)
        subprocess.Popen(
            arguments,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        if until(answers, 60.0) is None:
            raise SystemExit("the engine does not come back")

    return Victim(kill=kill, revive=revive)


def container_victim() -> Victim:
    draw = random.Random(1)  # noqa: S311 - which to try, no secret

    def kill(run: str) -> str:
        engine = Engine()
        found = inspected(engine, run)
        service = draw.choice(sorted(set(found) - {"check"}))
        os.kill(found[service]["State"]["Pid"], 9)
        engine.close()
        return service

    return Victim(kill=kill)


def _seconds(took: float | None) -> str:
    return "never" if took is None else f"{took:.1f} s"


def main(arguments: list[str]) -> int:
    match arguments:
        case ["engine", pidfile, *times]:
            victim = engine_victim(Path(pidfile))
        case ["container", *times]:
            victim = container_victim()
        case _:
            print(__doc__)
            return 2
    done = [one(number + 1, victim) for number in range(int(times[0]) if times else TIMES)]
    acknowledged, lost, left = (sum(row[column] for row in done) for column in range(3))
    print(
        f"{len(done)} kills: {acknowledged} notes acknowledged, {lost} lost; {left} containers and networks left"
    )
    return 0 if not lost and not left else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
