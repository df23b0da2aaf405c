from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

import pytest
import sqlalchemy as sql

from game.core.events import NoteWritten
from game.errors import StorageFailed
from game.journal import Journal, Writer, sqlite_url
from game.journal.engine import open_engine
from game.journal.upgrade import upgrade

if TYPE_CHECKING:
    from collections.abc import Iterator

    from game.core.events import Event, Recorded

APPENDER = Path(__file__).with_name("appender.py")
NOTE = ((1, 1, NoteWritten(by="x", text="y" * 500)),)


@contextmanager
def appender() -> Iterator[tuple[IO[str], IO[str]]]:
    command = [sys.executable, str(APPENDER)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdin is not None
        assert program.stdout is not None
        yield program.stdin, program.stdout
        program.stdin.close()
        assert program.wait(timeout=30) == 0


def started(to: IO[str], out: IO[str], order: str) -> int:
    to.write(f"{order}\n")
    to.flush()
    word, pid = out.readline().split()
    assert word == "pid"
    return int(pid)


@pytest.mark.parametrize("points", [20])
def test_no_acknowledged_event_is_lost_by_kill_9(tmp_path: Path, points: int) -> None:
    acknowledged = lost = 0
    chance = random.Random(20)  # noqa: S311 - moments to kill at, repeatable
    with appender() as (to, out):
        for point in range(points):
            path = tmp_path / f"{point}.db"
            pid = started(to, out, str(path))
            seen = [out.readline() for _ in range(chance.randrange(1, 60))]
            os.kill(pid, signal.SIGKILL)
            seen += iter(out.readline, "gone\n")
            acks = {int(line.split()[1]) for line in seen if line.endswith("\n")}
            with Journal.open(sqlite_url(path)) as journal:
                kept = {recorded.seq for recorded in journal.read("run")}
                assert journal.verify("run").seq == len(kept) == max(kept)
                acknowledged, lost = acknowledged + len(acks), lost + len(acks - kept)
                with journal.writer("run") as writer:  # The dead writer's run can be taken over and goes on.
                    assert writer.append(NOTE)[0].seq == len(kept) + 1
    print(f"acknowledged events lost by {points} kill -9: {lost} of {acknowledged}")  # noqa: T201 - a figure to hold is printed
    assert lost == 0
    assert acknowledged >= points


def test_a_file_that_cannot_grow_is_said_and_keeps_what_was_acknowledged(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    with appender() as (to, out):
        started(to, out, f"{path}\t{300_000}")
        lines = list(iter(out.readline, "gone\n"))
    assert lines[-1].startswith("StorageFailed the journal of run run failed: ")
    acks = [int(line.split()[1]) for line in lines[:-1]]
    with Journal.open(sqlite_url(path)) as journal:
        assert len(acks) > 20
        assert [recorded.seq for recorded in journal.read("run")] == acks
        journal.verify("run")


def test_a_full_disk_is_said_and_passes(tmp_path: Path) -> None:
    """SQLite's own bound on pages gives the very error of a full disk, without a disk to fill."""
    engine = open_engine(sqlite_url(tmp_path / "journal.db"))
    pages = [20]
    sql.event.listen(engine, "begin", lambda connection: _bound(connection, pages[0]))
    upgrade(engine)
    with Journal(engine) as journal, journal.writer("run") as writer:
        with pytest.raises(StorageFailed, match="the disk is full") as caught:
            _fill(writer)
        acknowledged = writer.head.seq
        assert "free some space" in caught.value.hint
        assert len(journal.read("run")) == acknowledged > 0
        pages[0] = 10_000
        assert writer.append(NOTE)[0].seq == acknowledged + 1
        journal.verify("run")


def _fill(writer: Writer[Event, Recorded]) -> None:
    for _ in range(1_000):
        writer.append(NOTE)


def _bound(connection: sql.Connection, pages: int) -> None:
    connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")


def test_a_locked_journal_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("game.journal.engine.PRAGMAS", ("busy_timeout = 50", "journal_mode = WAL"))
    path = tmp_path / "journal.db"
    with Journal.open(sqlite_url(path)) as journal, journal.writer("run") as writer:
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StorageFailed, match="another process keeps it locked"):
                writer.append(NOTE)
            other.execute("ROLLBACK")
        assert writer.append(NOTE)[0].seq == 1


@pytest.mark.parametrize("content", [b"this is no database at all, but long enough to look like one" * 20])
def test_a_file_that_is_no_journal_is_said(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "journal.db"
    path.write_bytes(content)
    with pytest.raises(StorageFailed, match="it is not a journal"):
        Journal.open(sqlite_url(path))
    assert path.read_bytes() == content


def test_a_place_that_cannot_be_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageFailed, match="cannot be opened"):
        Journal.open(sqlite_url(tmp_path / "file" / "journal.db"))
    with pytest.raises(StorageFailed, match="cannot be opened"):
        Journal.open(sqlite_url(tmp_path))


def test_a_damaged_journal_is_said(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    with Journal.open(sqlite_url(path)) as journal, journal.writer("run") as writer:
        for _ in range(200):
            writer.append(NOTE)
    whole = bytearray(path.read_bytes())
    whole[4096 : len(whole)] = b"\xff" * (len(whole) - 4096)
    path.write_bytes(bytes(whole))
    with pytest.raises(StorageFailed, match="damaged"), Journal.open(sqlite_url(path)) as journal:
        journal.verify("run")
