"""The rows of the user table: the accounts that the load logs in with, among many that nobody uses."""

from __future__ import annotations

import hashlib
import inspect
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from game.core.roster import accounts
from game.lab.runtime import passwords

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


def seed_rows(stack: Stack) -> tuple[passwords.UserRow, ...]:
    """Hash every password; takes seconds, once for a template."""
    with ThreadPoolExecutor(THREADS) as threads:
        real = threads.map(_row, accounts(stack))
        return (*real, *passwords.background_accounts(BACKGROUND))


def _row(account: Account) -> passwords.UserRow:
    salt = passwords.salt_of(account.username)
    return passwords.UserRow(
        username=account.username,
        tenant=account.tenant,
        salt=salt,
        password_hash=passwords.hash_password(account.password, salt),
    )
