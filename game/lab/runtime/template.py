"""The template of PostgreSQL's data directory: initdb, schema and accounts done once, then copied by every start."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import signal
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, LiteralString

import psycopg

from game.errors import ServiceFailed
from game.lab.runtime.child import Command
from game.lab.runtime.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from game.lab.runtime.passwords import UserRow
    from game.lab.runtime.program import Starter
    from game.lab.unprivileged import Unprivileged

INITDB_TIMEOUT_S = 120.0
STOP_TIMEOUT_S = 60.0
CONNECT_TIMEOUT_S = 10
FORMAT = "2"
KEPT = 4
BUILDING = ".building"
UNUSED: tuple[LiteralString, ...] = ("postgres", "template1", "template0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """What the directory depends on. `rows` is only called when it has to be made; `rows_key` stands for its result.

    Making it takes a server, which `spawner` starts with its socket in `sockets` (names are short there) and its log.
    """

    spawner: Starter
    sockets: Path
    log: Path
    cache: Path
    postgres: Path
    version: str
    account: Unprivileged | None
    schema: str
    rows_key: str
    rows: Callable[[], tuple[UserRow, ...]]

    DATABASE: ClassVar[LiteralString] = "auth"
    USER: ClassVar[LiteralString] = "auth"
    ADMINISTRATOR: ClassVar[LiteralString] = "danceoff"

    @property
    def path(self) -> Path:
        owner = self.account.uid if self.account else os.geteuid()
        everything = "\0".join(
            (FORMAT, self.version, str(self.postgres), str(owner), self.schema, self.rows_key)
        )
        return self.cache / f"postgres-{hashlib.sha256(everything.encode()).hexdigest()[:16]}"

    def make(self) -> Path:
        """Return the directory, made now if it is missing; two games at once make it once."""
        path = self.path
        if path.is_dir():
            return path
        with (self.cache / "postgres.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not path.is_dir():
                self._build(path)
        return path

    def _build(self, path: Path) -> None:
        # Left by a maker that was killed; nobody else is at work, since we hold the lock.
        for old in self.cache.glob(f"postgres-*{BUILDING}"):
            shutil.rmtree(old)
        building = path.with_suffix(BUILDING)
        building.mkdir(mode=0o700)
        try:
            if self.account:
                self.account.own(building)
            data = building / "data"
            arguments = (
                *(str(self.postgres.resolve().parent / "initdb"), "-D", str(data), "-U", self.ADMINISTRATOR),
                *("--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions"),
                # Small segments of the write-ahead log: 1 MB instead of 16 MB to copy with every start.
                "--wal-segsize=1",
            )
            self.spawner.run(
                Command(
                    service="initdb",
                    arguments=arguments,
                    directory=building,
                    log=self.log,
                    account=self.account,
                ),
                INITDB_TIMEOUT_S,
            )
            with self._serving(data):
                self.fill()
            data.rename(path)
            prune(self.cache)
        finally:
            shutil.rmtree(building, ignore_errors=True)

    @contextmanager
    def _serving(self, data: Path) -> Iterator[None]:
        """Run a server on this directory that only listens on a unix socket; registered like any other of the run."""
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.sockets),
            "fsync": "off",
            "min_wal_size": "2MB",
            "max_wal_size": "2MB",
        }
        child = self.spawner.start(
            Command(
                service="postgres-template",
                arguments=(
                    str(self.postgres),
                    "-D",
                    str(data),
                    *(word for name, value in options.items() for word in ("-c", f"{name}={value}")),
                ),
                directory=data,
                log=self.log,
                account=self.account,
                # "Fast shutdown": writes everything, so that copies need no recovery.
                stop_signal=signal.SIGINT,
            )
        )
        try:
            wait_until("the template's server to be ready", child, lambda: says_ready(data))
            yield
        finally:
            child.stop(grace_s=STOP_TIMEOUT_S)
        if child.status != 0:
            raise ServiceFailed(
                f"postgres: the template's server did not stop in good order: {child.last_lines()}",
                hint=f"its log is {self.log}",
            )

    def _connect(self, database: str, *, autocommit: bool = False) -> psycopg.Connection:
        return psycopg.connect(
            host=str(self.sockets),
            user=self.ADMINISTRATOR,
            dbname=database,
            connect_timeout=CONNECT_TIMEOUT_S,
            autocommit=autocommit,
        )

    def fill(self) -> None:
        """Make role, database, schema and rows in the server whose socket is in `sockets`, and put it all on disk."""
        try:
            with self._connect("postgres", autocommit=True) as connection:
                connection.execute(f"CREATE ROLE {self.USER} LOGIN")
                connection.execute(f"CREATE DATABASE {self.DATABASE} OWNER {self.USER}")
            with self._connect(self.DATABASE) as connection:
                connection.execute(f"SET ROLE {self.USER}")
                connection.execute(self.schema.encode())
                copying = "COPY users (username, tenant, salt, password_hash) FROM STDIN"
                with connection.cursor().copy(copying) as copy:
                    for row in self.rows():
                        copy.write_row((row.username, row.tenant, row.salt, row.password_hash))
            with self._connect(self.DATABASE, autocommit=True) as connection:
                connection.execute("VACUUM (ANALYZE)")
                # Three quarters of the files: databases that nobody uses need not be copied with every start.
                connection.execute("UPDATE pg_database SET datistemplate = false")
                for unused in UNUSED:
                    connection.execute(f"DROP DATABASE {unused}")
                connection.execute("CHECKPOINT")
        except psycopg.Error as error:
            raise ServiceFailed(
                f"postgres: the template cannot be filled: {error}",
                hint="see the stack's database/schema.sql",
            ) from error


def says_ready(data: Path) -> bool:
    """Read the status line that the server itself keeps in its data directory, on line 8 of this file."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
    except OSError:
        return False
    return len(lines) >= 8 and lines[7].strip() == "ready"


def prune(cache: Path) -> None:
    """Keep the newest few templates: another version of the project may be at work beside this one."""
    found = sorted(
        (folder for folder in cache.glob("postgres-*/") if folder.suffix != BUILDING),
        key=lambda folder: folder.stat().st_mtime,
    )
    for old in found[:-KEPT]:
        shutil.rmtree(old, ignore_errors=True)
