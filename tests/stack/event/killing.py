"""Kill an event's process with SIGKILL, start it again, and look whether the board is right and nothing is lost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from game.core.contest import facts as fact
from game.core.contest.floor import fold
from game.core.events import Closed
from game.journal import Journal, sqlite_url
from tests.stack.game.traces import left, runs

PROJECT = Path(__file__).parents[3]
MARKS = ("open", "prepared", "ready", "go")
MARK_WITHIN_S = 600.0
GONE_WITHIN_S = 15.0


@dataclass(frozen=True, kw_only=True)
class Killed:
    """`restart_s`: from the start of the new process to its board; `wrong`: what is wrong with that board."""

    acknowledged: int
    lost: tuple[str, ...]
    wrong: tuple[str, ...]
    restart_s: float
    board_s: float
    interrupted: int
    left: tuple[str, ...]


def kill_once(home: Path, mark: str, plus_s: float) -> Killed:
    """In a home without an event."""
    lines: list[str] = []
    with _host(home, "play") as host:
        assert host.stdout is not None
        seen = threading.Event()
        reader = threading.Thread(target=_read, args=(host.stdout, lines, mark, seen))
        reader.start()
        came = seen.wait(MARK_WITHIN_S)
        threading.Event().wait(plus_s)
        host.send_signal(signal.SIGKILL)
        host.wait(30)
        reader.join(30)
    assert came, lines[-5:]
    remaining = _left(home)
    began = time.monotonic()
    with _host(home, "resume") as again:
        out, _ = again.communicate(timeout=120)
    return _looked(home, lines, json.loads(out.splitlines()[-1]), time.monotonic() - began, remaining)


def _looked(
    home: Path, lines: list[str], shown: dict[str, Any], restart_s: float, remaining: tuple[str, ...]
) -> Killed:
    """Compare what was acknowledged with the journal, and the board with what the journals say."""
    with Journal.open(sqlite_url(home / "journal.db")) as journal:
        journal.verify("event-ball")
        noted = journal.contest("ball")
        floor = fold(noted)
        assigned = [one.run for each in floor.rounds for one in each.assignments]
        known = {run.run_id for run in journal.runs()}
        endings = {run: _ending(journal, run) for run in assigned if run in known}
    kept = {f"correction {one.event.id}" for one in noted if isinstance(one.event, fact.ScoreCorrected)}
    kept |= {f"announcement {one.event.text}" for one in noted if isinstance(one.event, fact.Announced)}
    acknowledged = [line.removeprefix("ack ") for line in lines if line.startswith("ack ")]
    board = shown["board"]
    points = {row["team"]: row["points"] for row in board["rows"]}
    checks = (
        (points == {"t1": len(floor.corrections), "t2": 0}, f"points {points}"),
        (board["announcement"] == floor.announcement, "announcement"),
        ([row["team"] for row in board["rows"]][:1] == ["t1"], "places"),
        (board["head"] != "" and "Reopened" in shown["facts"], "not taken up again"),
        (all(endings.values()), f"runs left open: {endings}"),
        (board["stage"] == _stage(floor.round is not None, "RoundStarted" in shown["facts"]), board["stage"]),
    )
    return Killed(
        acknowledged=len(acknowledged),
        lost=tuple(one for one in acknowledged if one not in kept),
        wrong=tuple(what for holds, what in checks if not holds),
        restart_s=restart_s,
        board_s=shown["took_s"],
        interrupted=sum(how == "interrupted" for how in endings.values()),
        left=remaining,
    )


def _stage(prepared: bool, started: bool) -> str:
    return "running" if started else "preparing" if prepared else "enrolling"


def _ending(journal: Journal, run: str) -> str:
    journal.verify(run)
    return next((one.event.how for one in journal.read(run) if isinstance(one.event, Closed)), "")


def _host(home: Path, what: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.stack.event.host", what],
        stdout=subprocess.PIPE,
        text=True,
        cwd=PROJECT,
        env={**os.environ, "DANCEOFF_HOME": str(home), "PYTHONPATH": str(PROJECT)},
    )


def _read(out: IO[str], lines: list[str], mark: str, seen: threading.Event) -> None:
    for line in out:
        if line.endswith("\n"):
            lines.append(line.rstrip("\n"))
        if line.strip() == mark:
            seen.set()
    seen.set()


def _left(home: Path) -> tuple[str, ...]:
    """What is still there of the runs when the reapers have had their time."""
    deadline = time.monotonic() + GONE_WITHIN_S
    while (
        remaining := tuple(one for root in runs(home) for one in left(root))
    ) and time.monotonic() < deadline:
        time.sleep(0.1)
    return remaining
