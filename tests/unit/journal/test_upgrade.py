"""Journals of every age are brought to what this version knows, or refused."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from game.errors import StorageFailed
from game.journal import Journal, sqlite_url
from game.journal.upgrade import LATEST, MIGRATIONS
from tests.unit.journal.test_journal import RUN, written

if TYPE_CHECKING:
    from pathlib import Path

# As journals were made before their tables had versions.
OLD = """
CREATE TABLE writers (run_id VARCHAR(64) NOT NULL, pid BIGINT NOT NULL, started_ms BIGINT NOT NULL,
  host VARCHAR(255) NOT NULL, token BIGINT NOT NULL, seq BIGINT NOT NULL, head VARCHAR(64) NOT NULL, PRIMARY KEY (run_id));
CREATE TABLE events (run_id VARCHAR(64) NOT NULL, seq BIGINT NOT NULL, at_ms BIGINT NOT NULL, wall_ms BIGINT NOT NULL,
  kind VARCHAR(64) NOT NULL, payload TEXT NOT NULL, previous VARCHAR(64) NOT NULL, hash VARCHAR(64) NOT NULL,
  once VARCHAR(255), PRIMARY KEY (run_id, seq), FOREIGN KEY(run_id) REFERENCES writers (run_id), UNIQUE (run_id, once));
"""


def tables(path: Path) -> list[tuple[str, str]]:
    """Columns, keys and indexes, in a form that does not depend on how they were made."""
    found: list[tuple[str, str]] = []
    with closing(sqlite3.connect(path)) as database:
        for table in ("writers", "events"):
            found += [(table, str(row)) for row in database.execute(f"PRAGMA table_info({table})")]
            for index in database.execute(f"PRAGMA index_list({table})").fetchall():
                columns = str(database.execute(f"PRAGMA index_info({index[1]})").fetchall())
                found.append((f"{table} {index[2:5]}", columns))
            found += [
                (f"{table} to", str(row)) for row in database.execute(f"PRAGMA foreign_key_list({table})")
            ]
    return sorted(found)


def version(path: Path) -> list[tuple[str]]:
    with closing(sqlite3.connect(path)) as database:
        return database.execute("SELECT version_num FROM alembic_version").fetchall()


def old(path: Path) -> None:
    """An old journal with a whole run in it, as the version before wrote it."""
    fresh = path.with_name("fresh.db")
    with Journal.open(sqlite_url(fresh)) as journal:
        written(journal)
    with closing(sqlite3.connect(path)) as database, database:
        database.executescript(OLD)
        database.execute("ATTACH ? AS fresh", (str(fresh),))
        for table in ("writers", "events"):
            database.execute(f"INSERT INTO {table} SELECT * FROM fresh.{table}")  # noqa: S608 - two constants


def test_an_old_journal_is_adopted_without_loss(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    old(path)
    with Journal.open(sqlite_url(path)) as journal:
        assert journal.read("run") == RUN
        assert journal.verify("run").seq == len(RUN)
        with journal.writer("run") as writer:
            assert writer.head.seq == len(RUN)
    assert version(path) == [(LATEST,)]
    Journal.open(sqlite_url(path)).close()


def test_migrated_and_new_are_the_same(tmp_path: Path) -> None:
    old(tmp_path / "journal.db")
    Journal.open(sqlite_url(tmp_path / "journal.db")).close()
    Journal.open(sqlite_url(tmp_path / "new.db")).close()
    assert version(tmp_path / "new.db") == [(LATEST,)]
    assert tables(tmp_path / "journal.db") == tables(tmp_path / "new.db")
    newest = max(path.name for path in (MIGRATIONS / "versions").glob("v*.py"))
    assert newest.startswith(f"v{LATEST}_")


def test_four_at_once_upgrade_once(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    old(path)
    with ThreadPoolExecutor(max_workers=4) as pool:
        opened = [pool.submit(Journal.open, sqlite_url(path)) for _ in range(4)]
        for one in opened:
            one.result(timeout=60).close()
    assert version(path) == [(LATEST,)]


def test_a_newer_journal_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    Journal.open(sqlite_url(path)).close()
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StorageFailed, match=r"made by a newer danceoff .*9999") as caught:
        Journal.open(sqlite_url(path))
    assert "nothing was changed" in caught.value.hint
    assert version(path) == [("9999",)]


def test_somebody_elses_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    with closing(sqlite3.connect(path)) as database, database:
        database.executescript("CREATE TABLE events (x); CREATE TABLE writers (y);")
    with pytest.raises(StorageFailed, match="they are none"):
        Journal.open(sqlite_url(path))
