"""The user store in PostgreSQL, and the check of a password against it."""

from __future__ import annotations

import hashlib
import hmac
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psycopg
from psycopg_pool import ConnectionPool, PoolTimeout

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deadline import Deadlines
    from settings import Database

# The training cost of README.md: the game seeds accounts with the same parameters, and a test compares the two.
SCRYPT_N = 256
SCRYPT_R = 8
SCRYPT_P = 1
SCRYPT_BYTES = 32
LONG_PASSWORD_CHARACTERS = 72

CONNECT_TIMEOUT_S = 2
STATEMENT_TIMEOUT_MS = 1500
QUERY_TIMEOUT_S = 1.8
CHECK_TIMEOUT_S = 0.5
POOL_TIMEOUT_S = 1.0
POOL_CONNECTIONS = 6
RETRY_WITHIN_S = 0.5


class UserStoreUnavailable(Exception):
    """PostgreSQL could not be reached, or did not answer in time; the text is the reason for the log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    username: str
    tenant: str
    salt: bytes
    password_hash: bytes


# Whoever is unknown costs as much as whoever is known, so that the time tells nobody which names exist.
NOBODY = Account(username="", tenant="", salt=bytes(16), password_hash=b"")


def matches(account: Account, password: str) -> bool:
    """Compare a password with an account's hash; about a millisecond of CPU, without the interpreter's lock."""
    found = hashlib.scrypt(
        password.encode(), salt=account.salt, n=SCRYPT_N, r=SCRYPT_R, p=SCRYPT_P, dklen=SCRYPT_BYTES
    )
    return hmac.compare_digest(found, account.password_hash)


class Accounts:
    """A pool of connections that are checked before use. Make it after forking; it starts threads."""

    def __init__(self, database: Database, *, schema: str, name: str, deadlines: Deadlines) -> None:
        self._deadlines = deadlines
        self._pool: ConnectionPool[psycopg.Connection] = ConnectionPool(
            kwargs={
                "host": database.host,
                "port": database.port,
                "dbname": database.name,
                "user": database.user,
                "password": database.password,
                "application_name": name,
                "connect_timeout": CONNECT_TIMEOUT_S,
                "options": f"-c statement_timeout={STATEMENT_TIMEOUT_MS} -c search_path={schema},public",
                "autocommit": True,
            },
            min_size=1,
            max_size=POOL_CONNECTIONS,
            timeout=POOL_TIMEOUT_S,
            # Give up a lost connection at once: the next request asks for a new one, so recovery waits for no back-off.
            reconnect_timeout=0,
            num_workers=2,
            check=self._check,
            open=False,
            name=name,
        )
        self._pool.open(wait=False)

    def find(self, username: str) -> Account | None:
        rows = self._query(
            "SELECT username, tenant, salt, password_hash FROM users WHERE username = %s", [username]
        )
        if not rows:
            return None
        name, tenant, salt, password_hash = rows[0]
        return Account(
            username=str(name), tenant=str(tenant), salt=_bytes(salt), password_hash=_bytes(password_hash)
        )

    def passphrase_known(self, password: str) -> bool:
        """Ask whether a long password is on the list of leaked passphrases. Slow: see README.md.

        The database gets a digest, because it writes slow statements into its log.
        """
        digest = hashlib.sha256(password.encode()).hexdigest()
        rows = self._query("SELECT passphrase_known(%s)", [digest])
        return bool(rows and rows[0][0])

    def audit_report(self) -> int:
        """Run the periodic report on recent logins; returns its number of lines."""
        return len(self._query("SELECT outcome, logins, people FROM audit_report() ORDER BY logins DESC", []))

    def close(self) -> None:
        self._pool.close(timeout=0.5)

    def _query(self, statement: str, values: Sequence[str]) -> list[tuple[object, ...]]:
        """Run a query; once more if the connection broke early, which is what a restarted server looks like."""
        started = time.monotonic()
        try:
            return self._once(statement, values)
        except psycopg.errors.QueryCanceled as error:
            raise UserStoreUnavailable(str(error)) from error
        except PoolTimeout as error:
            raise UserStoreUnavailable(str(error)) from error
        except psycopg.OperationalError as error:
            if time.monotonic() - started > RETRY_WITHIN_S:
                raise UserStoreUnavailable(str(error)) from error
        try:
            return self._once(statement, values)
        except psycopg.Error as error:
            raise UserStoreUnavailable(str(error)) from error

    def _once(self, statement: str, values: Sequence[str]) -> list[tuple[object, ...]]:
        with (
            self._pool.connection() as connection,
            self._deadlines.within(QUERY_TIMEOUT_S, connection.fileno()),
        ):
            return connection.execute(statement.encode(), values).fetchall()

    def _check(self, connection: psycopg.Connection) -> None:
        with self._deadlines.within(CHECK_TIMEOUT_S, connection.fileno()):
            ConnectionPool.check_connection(connection)


def _bytes(value: object) -> bytes:
    return bytes(value) if isinstance(value, (bytes, bytearray, memoryview)) else b""
