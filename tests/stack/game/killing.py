"""Kill a game with SIGKILL while it is being used, and look what became of everything it had acknowledged."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from game.cli.connection import Connection
from game.cli.session import NAME, read_session
from game.core.events import NoteWritten, StepDone
from game.errors import DanceoffError, UsageError
from game.journal import Journal, sqlite_url
from game.lab.register import ENGINE
from game.web.contract import NoteBody
from tests.stack.game.traces import facts, gone_after, left, runs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from game.lab.runtime.choice import RuntimeName

DANCEOFF = str(Path(sys.executable).parent / "danceoff")
STEP_S = 0.02
ENDS_WITHIN_S = 30.0
PRINTS_WITHIN_S = 180.0
STAYS_GONE_S = 3.0


# What the game prints on its way, from its start to the repair.
MARKS = (
    "",
    "redis",
    "proving steady state",
    "The shift begins",
    "PAGE",
    "danceoff diagnose",
    "danceoff revert",
)


@dataclass(frozen=True, kw_only=True)
class Moment:
    """`plus_s` seconds after the game printed `mark`; an empty mark is its start."""

    mark: str
    plus_s: float

    def __str__(self) -> str:
        return f"{self.plus_s:.2f} s after {self.mark or 'the start'}"


@dataclass(frozen=True, kw_only=True)
class Killed:
    """`acknowledged` and `lost`: notes and printed steps; `gone_s`: until nothing was alive, None if not in time."""

    run: str
    moment: Moment
    acknowledged: int
    lost: tuple[str, ...]
    gone_s: float | None
    left: tuple[str, ...]


@dataclass
class Writer:
    """Writes numbered notes as fast as they are acknowledged, until the game does not answer any more."""

    home: Path
    acknowledged: list[str] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def write(self) -> None:
        connection = self._connect()
        number = 0
        while connection is not None and not self.over.is_set():
            number += 1
            text = f"note {number}"
            try:
                connection.ask("/api/run/notes", NoteBody(text=text))
            except DanceoffError:
                return
            self.acknowledged.append(text)

    def _connect(self) -> Connection | None:
        while not self.over.wait(STEP_S):
            for root in runs(self.home):
                try:
                    return Connection(session=read_session(root / NAME))
                except UsageError:
                    continue
        return None


def kill_once(home: Path, moment: Moment, runtime: RuntimeName = "process") -> Killed:
    """Play the demonstration in a home without runs, kill the game at a moment, and look what became of it."""
    assert not runs(home), "the home must hold no run"
    printed = home / "printed"
    writer = Writer(home=home)
    noting = threading.Thread(target=writer.write)
    with printed.open("wb") as out:
        game = subprocess.Popen(
            [DANCEOFF, "demo", "macarena", "--runtime", runtime],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            env={**os.environ, "DANCEOFF_HOME": str(home), "PYTHONUNBUFFERED": "1"},
        )
        noting.start()
        _await(game, printed, moment.mark)
        threading.Event().wait(moment.plus_s)
        game.send_signal(signal.SIGKILL)
        game.wait(ENDS_WITHIN_S)
    writer.over.set()
    noting.join(ENDS_WITHIN_S)
    return _looked(home, moment, writer.acknowledged, printed.read_text().splitlines())


def _await(game: subprocess.Popen[bytes], printed: Path, mark: str) -> None:
    deadline = time.monotonic() + PRINTS_WITHIN_S
    while mark not in printed.read_text(errors="replace"):
        going_on = game.poll() is None and time.monotonic() < deadline
        assert going_on, f"waited for {mark!r} in vain: {printed.read_text()[-2000:]}"
        time.sleep(STEP_S)


def _looked(home: Path, moment: Moment, notes: list[str], lines: list[str]) -> Killed:
    roots = runs(home)
    gone_s, remaining = _gone(roots)
    run = _run(home)
    recorded = facts(home, run) if run else ()
    written = {one.event.text for one in recorded if isinstance(one.event, NoteWritten)}
    done = {one.event.step for one in recorded if isinstance(one.event, StepDone)}
    steps = [line.split(" s  ")[1].strip() for line in lines if " s  " in line]
    lost = [note for note in notes if note not in written] + [step for step in steps if step not in done]
    return Killed(
        run=run,
        moment=moment,
        acknowledged=len(notes) + len(steps),
        lost=tuple(lost),
        gone_s=gone_s,
        left=remaining,
    )


def _gone(roots: list[Path]) -> tuple[float | None, tuple[str, ...]]:
    def look() -> tuple[str, ...]:
        return tuple(one for root in roots for one in left(root))

    in_containers = any((root / ENGINE).exists() for root in roots)
    took_s = gone_after(look, stays_s=STAYS_GONE_S if in_containers else 0.0)
    return took_s, () if took_s is not None else look()


def _run(home: Path) -> str:
    """The run in the journal, if the game came so far."""
    if not (home / "journal.db").exists():
        return ""
    with Journal.open(sqlite_url(home / "journal.db")) as journal:
        found = journal.runs()
    return found[0].run_id if found else ""


def start_and_fail(environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Start the next game, which gets no further than looking for its programs."""
    return subprocess.run(
        [DANCEOFF, "demo", "macarena"],
        capture_output=True,
        text=True,
        timeout=ENDS_WITHIN_S,
        check=False,
        env={**environment, "DANCEOFF_HAPROXY": "/bin/false"},
    )
