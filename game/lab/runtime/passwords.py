"""How passwords are stored in the auth stack, and the accounts that only fill its user table."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# The training cost: about a millisecond. The service names the same parameters in stacks/auth/service/accounts.py; a test compares them.
SCRYPT_N = 256
SCRYPT_R = 8
SCRYPT_P = 1
SCRYPT_BYTES = 32
SALT_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class UserRow:
    """A row of the table `users`, in the order of its columns. `tenant` is empty for the default tenant."""

    username: str
    tenant: str
    salt: bytes
    password_hash: bytes


def hash_password(password: str, salt: bytes) -> bytes:
    """Derive the 32 bytes that the user table holds for a password (scrypt, RFC 7914)."""
    return hashlib.scrypt(
        password.encode(), salt=salt, n=SCRYPT_N, r=SCRYPT_R, p=SCRYPT_P, dklen=SCRYPT_BYTES
    )


def salt_of(username: str) -> bytes:
    """Derive an account's salt from its name: templates of the database stay the same from one setup to the next."""
    return hashlib.sha256(f"salt of {username}".encode()).digest()[:SALT_BYTES]


def background_accounts(count: int) -> Iterator[UserRow]:
    """Yield members who never log in. Their hashes are no hashes: nothing is known that would produce them."""
    for number in range(count):
        username = f"member{number}"
        digest = hashlib.sha256(f"row of {username}".encode()).digest()
        yield UserRow(username=username, tenant="", salt=salt_of(username), password_hash=digest)
