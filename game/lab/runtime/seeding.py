"""The rows of the user table: the accounts that the load logs in with, among many that nobody uses."""

from __future__ import annotations

import hashlib
import inspect
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from game.core.roster import accounts
from game.lab.runtime import passwords
from game.lab.runtime.template import Row

if TYPE_CHECKING:
    from game.core.roster import Account
    from game.core.stack import Stack

BACKGROUND = 4000
# scrypt releases the interpreter's lock.
THREADS = 4


def seed_key(stack: Stack) -> str:
    """Return what stands for the rows: it changes when an account, or the way of hashing, does."""
    names = "\n".join(f"{one.username} {one.password} {one.tenant}" for one in accounts(stack))
    way = inspect.getsource(passwords)
    return hashlib.sha256(f"{BACKGROUND}\n{names}\n{way}".encode()).hexdigest()


def seed_rows(stack: Stack) -> tuple[Row, ...]:
    """Hash every password; takes seconds, once for a template."""
    with ThreadPoolExecutor(THREADS) as threads:
        real = tuple(threads.map(_row, accounts(stack)))
    return real


def _row(account: Account) -> Row:
    # A salt that follows from the name makes the template the same everywhere; these passwords guard nothing.
    salt = hashlib.sha256(f"salt of {account.username}".encode()).digest()[:16]
    return Row(
        username=account.username,
        tenant=account.tenant,
        salt=salt,
        password_hash=passwords.hash_password(account.password, salt),
    )
