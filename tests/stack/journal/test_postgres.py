"""What holds for journals in SQLite holds for those in PostgreSQL: the same tests, and what only a server can do."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sql

from game.core.events import NoteWritten
from game.errors import StorageFailed, Tampered, UsageError
from game.journal import Journal
from game.journal.upgrade import LATEST, UNCOUNTED
from tests.stack.service.conftest import connect
from tests.stack.service.servers import wait_for
from tests.unit.journal.test_contest import (
    test_a_key_that_one_database_would_refuse_is_refused_by_all,
    test_a_run_cannot_be_written_as_an_event_nor_the_other_way_round,
    test_an_event_has_one_writer,
    test_an_event_is_written_read_verified_and_exported,
    test_eight_at_once_enrol_a_name_once,
)
from tests.unit.journal.test_journal import (
    RUN,
    facts,
    test_a_known_head_finds_a_rewritten_journal,
    test_a_run_has_one_writer,
    test_an_export_of_a_run_without_records,
    test_an_unknown_run_is_named,
    test_eight_at_once_score_once,
    test_numbers_go_on_over_batches_and_processes,
    test_runs_are_listed_newest_first,
    test_the_score_of_an_export_is_the_same_to_the_byte,
    test_what_counts_once_is_there_once,
    test_what_was_appended_is_read_back,
    written,
)

if TYPE_CHECKING:
    from tests.stack.service.servers import Server

__all__ = [
    "test_a_key_that_one_database_would_refuse_is_refused_by_all",
    "test_a_known_head_finds_a_rewritten_journal",
    "test_a_run_cannot_be_written_as_an_event_nor_the_other_way_round",
    "test_a_run_has_one_writer",
    "test_an_event_has_one_writer",
    "test_an_event_is_written_read_verified_and_exported",
    "test_an_export_of_a_run_without_records",
    "test_an_unknown_run_is_named",
    "test_eight_at_once_enrol_a_name_once",
    "test_eight_at_once_score_once",
    "test_numbers_go_on_over_batches_and_processes",
    "test_runs_are_listed_newest_first",
    "test_the_score_of_an_export_is_the_same_to_the_byte",
    "test_what_counts_once_is_there_once",
    "test_what_was_appended_is_read_back",
]
pytestmark = pytest.mark.stack
APPENDER = Path(__file__).parents[2] / "unit" / "journal" / "appender.py"
NOTE = ((1, 1, NoteWritten(by="x", text="y" * 500)),)


def test_a_commit_is_durable_whatever_the_servers_settings(url: str, server: Server) -> None:
    name = url.rpartition("/")[2]
    with connect(server.port, "postgres") as connection:
        connection.execute(f"ALTER DATABASE {name} SET synchronous_commit = off".encode())
    with Journal.open(url) as journal, journal._engine.connect() as session:
        assert session.execute(sql.text("SHOW synchronous_commit")).scalar_one() == "on"


@pytest.mark.parametrize("points", [8])
def test_no_acknowledged_event_is_lost_by_kill_9_of_the_writer(server: Server, points: int) -> None:
    acknowledged = lost = 0
    chance = random.Random(8)  # noqa: S311 - moments to kill at, repeatable
    command = [sys.executable, str(APPENDER)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdin is not None
        assert program.stdout is not None
        for point in range(points):
            with connect(server.port, "postgres") as connection:
                connection.execute(f"CREATE DATABASE killed{point}".encode())
            url = f"postgresql+psycopg://auth@127.0.0.1:{server.port}/killed{point}"
            program.stdin.write(f"{url}\n")
            program.stdin.flush()
            pid = int(program.stdout.readline().split()[1])
            seen = [program.stdout.readline() for _ in range(chance.randrange(1, 60))]
            os.kill(pid, signal.SIGKILL)
            seen += iter(program.stdout.readline, "gone\n")
            await_last_commit(server, f"killed{point}")
            acks = {int(line.split()[1]) for line in seen if line.startswith("ack ")}
            with Journal.open(url) as journal:
                kept = {recorded.seq for recorded in journal.read("run")}
                assert journal.verify("run").seq == len(kept)
                acknowledged, lost = acknowledged + len(acks), lost + len(acks - kept)
                with journal.writer("run") as writer:
                    assert writer.append(NOTE)[0].seq == len(kept) + 1
        program.stdin.close()
        program.wait(30)
    print(f"PostgreSQL: acknowledged events lost by {points} kill -9: {lost} of {acknowledged}")  # noqa: T201 - a figure to see
    assert lost == 0
    assert acknowledged >= points


def await_last_commit(server: Server, database: str) -> None:
    """What a client asked for last is carried out all the same when it is dead: wait until the server is done with it."""
    question = "SELECT 1 FROM pg_stat_activity WHERE datname = %s"
    with connect(server.port, "postgres") as connection:
        wait_for(
            "the last commit of the dead",
            lambda: not connection.execute(question, (database,)).fetchall(),
        )


def test_a_server_that_goes_away_is_said_and_comes_back(url: str, server: Server) -> None:
    with Journal.open(url) as journal, journal.writer("run") as writer:
        writer.append(NOTE)
        server.stop()
        try:
            with pytest.raises(StorageFailed, match=r"cannot be reached|stopped") as caught:
                writer.append(NOTE)
            assert caught.value.hint
        finally:
            server.start()
        assert writer.append(NOTE)[0].seq == 2
        journal.verify("run")


def test_an_edited_database_is_found(url: str, server: Server) -> None:
    with Journal.open(url) as journal:
        written(journal)
        with connect(server.port, url.rpartition("/")[2]) as connection:
            connection.execute("UPDATE events SET wall_ms = wall_ms + 1 WHERE seq = 5")
        with pytest.raises(Tampered) as caught:
            journal.verify("run")
        assert caught.value.seq == 5


def test_an_older_one_is_migrated_and_a_newer_one_refused(url: str, server: Server) -> None:
    database = url.rpartition("/")[2]
    with Journal.open(url) as journal, journal.writer("run") as writer:
        writer.append(facts(RUN))
    with connect(server.port, database) as connection:
        connection.execute("DROP INDEX events_kind")
        connection.execute("UPDATE alembic_version SET version_num = %s", (UNCOUNTED,))
    with Journal.open(url) as journal:
        assert journal.read("run") == RUN
        journal.verify("run")
    with connect(server.port, database) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [(LATEST,)]
        assert connection.execute("SELECT 1 FROM pg_indexes WHERE indexname = 'events_kind'").fetchall()
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StorageFailed, match="newer danceoff"):
        Journal.open(url)


def test_what_is_wrong_with_a_url_is_said_without_its_password(server: Server) -> None:
    for bad, error, words in (
        (f"postgresql+psycopg://auth@127.0.0.1:{server.port}/nowhere", StorageFailed, "no such database|does not exist"),
        ("postgresql+psycopg://auth:secret9@127.0.0.1:1/x", StorageFailed, "cannot be reached"),
        ("postgresql+nothing://auth:secret9@127.0.0.1/x", StorageFailed, "cannot be reached"),
        ("mysql://auth:secret9@127.0.0.1/x", UsageError, "no database URL"),
    ):  # fmt: skip
        with pytest.raises(error, match=words) as caught:
            Journal.open(bad)
        assert "secret9" not in str(caught.value)
