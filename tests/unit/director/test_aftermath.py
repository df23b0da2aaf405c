"""Runs that were cut off are closed at the next start; runs that somebody plays are left alone."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from game.core.events import Closed, NoteWritten
from game.director.aftermath import DIED, close_dangling, close_unplayed
from game.director.bests import rival
from game.director.clock import RunClock
from game.director.conductor import Conductor
from game.errors import ServiceFailed, StorageFailed, Tampered
from game.journal import Journal, sqlite_url
from game.journal.store import UNREADABLE
from tests.unit.director.scene import CLOSED, OPENED, STACK, STEADY, MemoryWriter, exercise

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# A game that writes two facts and is killed, or lives on until its standard input ends.
GAME = """
import os, signal, sys
from game.journal import Journal, sqlite_url
from game.journal.store import UNREADABLE
from tests.unit.director.scene import OPENED, STEADY
from pathlib import Path
writer = Journal.open(sqlite_url(Path(sys.argv[1]))).writer(sys.argv[2])
writer.append(((0, 1, OPENED), (9000, 2, STEADY)))
print("written", flush=True)
sys.stdin.read()
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal.open(sqlite_url(tmp_path / "journal.db")) as opened:
        yield opened


def start_game(tmp_path: Path, run: str) -> subprocess.Popen[str]:
    game = subprocess.Popen(
        [sys.executable, "-c", GAME, str(tmp_path / "journal.db"), run],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": os.getcwd()},  # noqa: PTH109 - where the tests run
    )  # fmt: skip
    assert game.stdout is not None
    assert game.stdout.readline() == "written\n"
    return game


def kill(game: subprocess.Popen[str]) -> None:
    game.kill()
    game.communicate(timeout=20)


def test_the_run_of_a_dead_game_is_closed_at_its_last_fact(journal: Journal, tmp_path: Path) -> None:
    kill(start_game(tmp_path, "dead"))
    assert close_dangling(journal) == ("dead",)
    last = journal.read("dead")[-1]
    assert last.event == Closed(how="interrupted", reason=DIED)
    assert (last.seq, last.at_ms) == (3, 9000)
    journal.verify("dead")
    assert journal.runs()[0].how == "interrupted"
    assert close_dangling(journal) == ()


def test_the_run_of_a_living_game_is_not_touched(journal: Journal, tmp_path: Path) -> None:
    game = start_game(tmp_path, "alive")
    try:
        assert close_dangling(journal) == ()
    finally:
        kill(game)
    assert len(journal.read("alive")) == 2


def test_our_own_open_run_and_closed_runs_are_not_touched(journal: Journal) -> None:
    with journal.writer("ours") as writer:
        writer.append(((0, 1, OPENED),))
        assert close_dangling(journal) == ()
        writer.append(((9, 1, CLOSED),))
    assert close_dangling(journal) == ()


def test_a_run_that_wrote_nothing_is_closed_as_well(journal: Journal) -> None:
    journal.writer("empty").close()
    assert close_dangling(journal) == ("empty",)


@pytest.mark.parametrize(
    ("error", "how"),
    [(KeyboardInterrupt("SIGTERM"), "interrupted"), (ServiceFailed("redis: no"), "void"), (OSError("full"), "void")],
)  # fmt: skip
def test_a_run_whose_opening_fails_is_closed(error: BaseException, how: str) -> None:
    writer = MemoryWriter()
    conductor = Conductor(exercise(), STACK, writer, RunClock())
    conductor.record(OPENED)
    close_unplayed(conductor, type(error), error, None)
    (closed,) = writer.of(Closed)
    assert isinstance(closed, Closed)
    assert closed.how == how
    if how == "void":
        assert str(error) in closed.reason


def test_a_run_whose_opening_succeeds_stays_open_and_a_failing_journal_is_borne() -> None:
    writer = MemoryWriter()
    conductor = Conductor(exercise(), STACK, writer, RunClock())
    conductor.record(STEADY)
    close_unplayed(conductor, None, None, None)
    assert writer.of(Closed) == []
    writer.failure = StorageFailed("full")
    error = ServiceFailed("no")
    close_unplayed(conductor, ServiceFailed, error, None)


def test_a_run_that_only_a_newer_danceoff_can_read_hinders_nobody(journal: Journal, tmp_path: Path) -> None:
    with journal.writer("newer") as writer:
        writer.append(((0, 1_000, OPENED), (9_000, 10_000, NoteWritten(by="solo", text="kept"))))
    with journal.writer("ours") as writer:
        writer.append(((0, 2_000, OPENED),))
        with closing(sqlite3.connect(tmp_path / "journal.db")) as book, book:
            book.execute(
                "UPDATE events SET payload = json_set(payload, '$.zest', 1) WHERE run_id = 'newer' AND seq = 1"
            )
        runs = {run.run_id: run for run in journal.runs()}
        assert (runs["newer"].how, runs["newer"].opened, runs["newer"].opened_wall_ms) == (
            UNREADABLE,
            None,
            1_000,
        )
        assert (runs["ours"].how, runs["ours"].opened) == ("", OPENED)
        assert close_dangling(journal) == ()
        assert rival(journal, tmp_path, "ours") == ()
    with pytest.raises(Tampered, match="zest"):
        journal.read("newer")


def test_a_dangling_run_with_a_fact_of_a_newer_danceoff_stays_as_it_is(
    journal: Journal, tmp_path: Path
) -> None:
    kill(start_game(tmp_path, "dead"))
    with closing(sqlite3.connect(tmp_path / "journal.db")) as book, book:
        book.execute("UPDATE events SET kind = 'encore' WHERE run_id = 'dead' AND seq = 2")
    assert close_dangling(journal) == ()
    assert journal.head("dead").seq == 2
