"""Who the users are: accounts, passwords and addresses, derived from the stack's cohorts and a seed.

The users stand for a population many times their number, so their addresses are stratified: along the axis
CRC-32(address) mod 100, which is how HAProxy's `src,crc32,mod(100)` cuts a population into slices, every slice of x %
holds x % of the users (to within one user). A shared address takes the stretch of the axis its users weigh.
"""

from __future__ import annotations

import hashlib
import ipaddress
from binascii import crc32
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from game.core.stack import Cohort, Stack

ACCOUNTS_PER_COHORT = 60
SLICES = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A row of the user table that can really log in. `tenant` is empty for the default tenant."""

    username: str
    password: str
    tenant: str


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    number: int
    cohort: str
    account: Account
    address: str


def accounts(stack: Stack) -> tuple[Account, ...]:
    """All accounts that any weighting of the cohorts can need, in a fixed order."""
    return tuple(account(cohort, index) for cohort in stack.cohorts for index in range(ACCOUNTS_PER_COHORT))


def account(cohort: Cohort, index: int) -> Account:
    username = f"{cohort.name}{index:03d}"
    digest = hashlib.sha256(f"password of {username}".encode()).hexdigest()
    password = (digest * (cohort.password_chars // len(digest) + 1))[: cohort.password_chars]
    return Account(username=username, password=password, tenant=cohort.tenant)


def roster(stack: Stack, seed: int) -> tuple[User, ...]:
    """The users of one run, numbered from 0 cohort by cohort; the seed decides which of them fall into which slice."""
    users: list[User] = []
    addresses = _addresses(stack, seed)
    for cohort in stack.cohorts:
        for index in range(cohort.users):
            users.append(
                User(
                    number=len(users),
                    cohort=cohort.name,
                    account=account(cohort, index),
                    address=next(addresses[cohort.name]),
                )
            )
    return tuple(users)


def slice_of(address: str) -> int:
    """The slice 0-99 of an address, as HAProxy's `src,crc32,mod(100)` computes it."""
    return crc32(ipaddress.ip_address(address).packed) % SLICES


def _addresses(stack: Stack, seed: int) -> dict[str, Iterator[str]]:
    """Lay all holders of an address along the axis in a seeded order, each as wide as the users behind it."""
    holders = [
        (cohort, index, 1)
        for cohort in stack.cohorts
        if cohort.address != "shared"
        for index in range(cohort.users)
    ]
    holders.sort(key=lambda holder: _draw(seed, f"{holder[0].name}/{holder[1]}"))
    shared = [(cohort, 0, cohort.users) for cohort in stack.cohorts if cohort.address == "shared"]
    found: dict[str, list[tuple[int, str]]] = {cohort.name: [] for cohort in stack.cohorts}
    position = 0
    for cohort, index, weight in (*holders, *shared):
        wanted = min(SLICES - 1, int((position + weight / 2) * SLICES / stack.users))
        found[cohort.name].append((index, _address(cohort, index, seed, wanted)))
        position += weight
    return {
        cohort.name: iter(
            [found[cohort.name][0][1]] * cohort.users
            if cohort.address == "shared"
            else [address for _, address in sorted(found[cohort.name])]
        )
        for cohort in stack.cohorts
    }


def _address(cohort: Cohort, index: int, seed: int, wanted: int) -> str:
    """Draw documentation and benchmarking addresses (RFC 2544, RFC 3849) until one lies in the wanted slice."""
    attempt = 0
    while True:
        drawn = _draw(seed, f"{cohort.name}/{index}/{attempt}")
        if cohort.address == "ipv6":
            address = str(ipaddress.IPv6Address((0x20010DB8 << 96) + drawn % 2**64))
        else:
            address = str(ipaddress.IPv4Address(int(ipaddress.IPv4Address("198.18.0.0")) + drawn % 2**17))
        if slice_of(address) == wanted:
            return address
        attempt += 1


def _draw(seed: int, what: str) -> int:
    return int.from_bytes(hashlib.sha256(f"{seed}/{what}".encode()).digest()[:8])
