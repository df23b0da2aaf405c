"""The database underneath: how to open it safely, and what its failures mean in words.

Everything that only one kind of database needs is in the hooks here; the rest of the journal is SQLAlchemy Core and runs on
SQLite and PostgreSQL alike.
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

    import psycopg

BUSY_MS = 5_000
AGAIN_S = 0.01
PRAGMAS = (
    f"busy_timeout = {BUSY_MS}",
    "synchronous = FULL",
    "foreign_keys = ON",
)
CONNECT_TIMEOUT_S = 5
# What a commit says is durable must be so, whatever the server's own settings; and nothing may wait for ever.
SETTINGS = (
    "synchronous_commit = on",
    f"lock_timeout = {BUSY_MS}",
    "statement_timeout = 30000",
    "idle_in_transaction_session_timeout = 30000",
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
# By the beginning of PostgreSQL's SQLSTATE.
STATES = {
    "53100": ("the disk of the database is full", "free some space; nothing that was acknowledged is lost"),
    "53": ("the database has no resources left", "look at its connections, memory and disk"),
    "55P03": ("another process keeps it locked", "end the other one (see `danceoff doctor`), then try again"),
    "57": ("the database is being stopped or ended the request", "start it, then try again"),
    "28": ("the database does not let this user in", "check user and password of the URL"),
    "3D": ("there is no such database", "make it: createdb NAME"),
    "42501": ("the user may not do that", "give it the right to make and write tables in its schema"),
    "42": ("it is not a journal of this version", "choose another database"),
    "08": ("the database cannot be reached", "check that it runs, and the host and port of the URL"),
}
NOT_REACHED = ("the database cannot be reached", "check that it runs, and host, port, user of the URL")


def open_engine(url: str) -> sql.Engine:
    """Open the database that a URL names. A SQLite file is made if it is missing, readable by its owner alone."""
    try:
        place = sql.make_url(url)
        if place.drivername.startswith("postgres"):
            engine = sql.create_engine(
                place.set(drivername="postgresql+psycopg"),
                connect_args={"connect_timeout": CONNECT_TIMEOUT_S},
                # A server that was restarted in between must not fail the next fact.
                pool_pre_ping=True,
            )
        else:
            engine = sql.create_engine(place)
    except (ArgumentError, SQLAlchemyError, ImportError) as error:
        raise UsageError(
            f"{_harmless(url)!r} is no database URL", hint="such as sqlite:////var/lib/x/journal.db"
        ) from error
    match engine.dialect.name:
        case "sqlite":
            if not place.database or place.database == ":memory:":
                raise UsageError(
                    "a journal has to outlive the process", hint="name a file: sqlite:////path/to/journal.db"
                )
            _make_file(Path(place.database))
            sql.event.listen(engine, "connect", _set_up)
            sql.event.listen(engine, "begin", _begin)
        case "postgresql":
            sql.event.listen(engine, "connect", _set_up_server)
        case other:
            raise UsageError(
                f"a journal cannot be kept in {other}", hint="sqlite:///... or postgresql+psycopg://..."
            )
    return engine


def _harmless(url: str) -> str:
    """As much of a URL as cannot hold a password."""
    scheme, found, _ = url.partition("://")
    return f"{scheme}://..." if found else url


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
    """A transaction that reads before it writes has to ask for the lock at once, or it may find that it comes too late."""
    immediate = connection.get_execution_options().get("danceoff_immediate", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def _set_up_server(connection: psycopg.Connection, _: object) -> None:
    """Each session of PostgreSQL; committed, or the settings would go with the transaction."""
    for setting in SETTINGS:
        connection.execute(f"SET {setting}".encode())
    connection.commit()


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
    state: str | None = getattr(error, "sqlstate", "none")
    if state is None:
        # The driver's own error: there was nobody who could have said a state.
        return NOT_REACHED
    for known, words in STATES.items():
        if state.startswith(known):
            return words
    return (
        "the database does not answer as it should",
        "check that it runs and can be reached, then try again",
    )
