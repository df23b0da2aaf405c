"""The database underneath: how to open it safely, and what its failures mean in words.

Everything that only SQLite needs is in the hooks here; the rest of the journal is SQLAlchemy Core and runs on PostgreSQL too.
"""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sql
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, SQLAlchemyError

from game.errors import StorageFailed, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

BUSY_MS = 5_000
AGAIN_S = 0.01
PRAGMAS = (
    f"busy_timeout = {BUSY_MS}",
    "synchronous = FULL",
    "foreign_keys = ON",
)
REMEDIES = {
    "SQLITE_FULL": ("the disk is full", "free some space; nothing that was acknowledged is lost"),
    "SQLITE_IOERR": ("it cannot be written or read", "check the disk, its quota and limits, then try again"),
    "SQLITE_BUSY": (
        "another process keeps it locked",
        "end the other one (see `danceoff doctor`), then try again",
    ),
    "SQLITE_READONLY": ("it is read-only", "give yourself the right to write it, or choose another place"),
    "SQLITE_CANTOPEN": ("it cannot be opened", "check that the folder exists and that you may write there"),
    "SQLITE_NOTADB": ("it is not a journal", "choose another file, or move this one away"),
    "SQLITE_CORRUPT": ("it is damaged", "move it away and restore a copy"),
    "SQLITE_PERM": ("you may not open it", "give yourself the right to read and write it"),
    "SQLITE_ERROR": ("it is not a journal of this version", "choose another file, or move this one away"),
}


def open_engine(url: str) -> sql.Engine:
    """Open the database that a URL names. A SQLite file is made if it is missing, readable by its owner alone."""
    try:
        place = sql.make_url(url)
        engine = sql.create_engine(place)
    except (ArgumentError, SQLAlchemyError, ImportError) as error:
        raise UsageError(
            f"{url!r} is no database URL: {error}", hint="such as sqlite:////var/lib/x/journal.db"
        ) from error
    if engine.dialect.name == "sqlite":
        if not place.database or place.database == ":memory:":
            raise UsageError(
                "a journal has to outlive the process", hint="name a file: sqlite:////path/to/journal.db"
            )
        _make_file(Path(place.database))
        sql.event.listen(engine, "connect", _set_up)
        sql.event.listen(engine, "begin", _begin)
    return engine


def _make_file(path: Path) -> None:
    """SQLite would make it with the umask's rights, and gives its side files the rights of the file itself.

    A file that is there is not touched: closing any descriptor of it would drop the locks that this process's own SQLite
    connections hold, and another process could then take the write-ahead log away.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    except FileExistsError:
        return
    except OSError as error:
        raise StorageFailed(
            f"the journal {path} cannot be opened: {error.strerror}",
            hint="check that the folder exists and that you may write there",
        ) from error


def _set_up(connection: sqlite3.Connection, _: object) -> None:
    connection.isolation_level = None  # The driver must not begin transactions by itself: `_begin` does.
    cursor = connection.cursor()
    turn_wal_on(cursor)
    for pragma in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def turn_wal_on(cursor: sqlite3.Cursor) -> None:
    """Turn the write-ahead log on. Of several who do so with a new file at once, SQLite makes no one wait: it says "busy"."""
    deadline = time.monotonic() + BUSY_MS / 1000
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if not error.sqlite_errorname.startswith("SQLITE_BUSY") or time.monotonic() > deadline:
                raise
            time.sleep(AGAIN_S)  # the polling step: SQLite has nothing to wait on here
        else:
            return


def _begin(connection: sql.Connection) -> None:
    connection.exec_driver_sql("BEGIN")


@contextmanager
def worded(where: str) -> Iterator[None]:
    """Turn a failure of the database into one that says what to do; a broken constraint passes through."""
    try:
        yield
    except IntegrityError:
        raise
    except DBAPIError as error:
        what, hint = _meaning(error.orig)
        raise StorageFailed(f"the journal {where} failed: {what} ({error.orig})", hint=hint) from error


def _meaning(error: BaseException | None) -> tuple[str, str]:
    name: str = getattr(error, "sqlite_errorname", "")
    for known, words in REMEDIES.items():
        if name.startswith(known):
            return words
    return (
        "the database does not answer as it should",
        "check that it runs and can be reached, then try again",
    )
