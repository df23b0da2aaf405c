"""Users whom the load does not know: other addresses, other programs, other cookies. A repair has to serve them as well.

The load stands for everybody, but whoever reads the traffic log knows its addresses and programs, and a rule that serves
only those looks like a recovery. Strangers are drawn anew each time, so no rule can know them.
"""

from __future__ import annotations

import secrets
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv6Address
from typing import TYPE_CHECKING

from game.core.roster import SLICES, slice_of
from game.lab.load.probe import probe

if TYPE_CHECKING:
    from game.core.roster import User
    from game.core.stack import Cohort
    from game.lab.load.plan import Target
    from game.lab.load.probe import ProbeResult

# Two of each kind, spread over the population as `src,crc32,mod(100)` cuts it: no rule for 8 % of it escapes them.
OF_EACH_KIND = 2
AT_ONCE = 6
ATTEMPTS = 5
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
APP = "ExampleLogin/4.3 (Android 15)"
# RFC 6598 and RFC 9637: nobody's addresses, and none of the load's.
IPV4, IPV4_BITS = int(IPv4Address("100.64.0.0")), 22
IPV6, IPV6_BITS = int(IPv6Address("3fff::")), 108


@dataclass(frozen=True, slots=True, kw_only=True)
class Stranger:
    """A user with the account of one of the load's, and nothing else of it."""

    cohort: Cohort
    user: User
    cookie: str


def strangers(cohorts: tuple[Cohort, ...], users: tuple[User, ...]) -> tuple[Stranger, ...]:
    """Draw strangers of every kind of user that the load has; `users` are the load's."""
    kinds = [cohort for cohort in cohorts if cohort.users] * OF_EACH_KIND
    taken = {user.address for user in users}
    found = []
    for place, cohort in enumerate(kinds):
        known = [user for user in users if user.cohort == cohort.name]
        wanted = place * SLICES // len(kinds)
        found.append(
            Stranger(
                cohort=replace(cohort, user_agent=APP if cohort.client == "app" else BROWSER),
                user=replace(secrets.choice(known), address=_address(cohort, wanted, taken)),
                cookie=f"v{secrets.token_hex(4)}={secrets.token_hex(6)}",
            )
        )
    return tuple(found)


def unserved(target: Target, found: tuple[Stranger, ...]) -> tuple[str, ...]:
    """Let strangers log in; returns, in words, who is never served. Empty is right.

    The first ones that are surely not served are enough, the others need not try on.
    """
    enough = threading.Event()
    with ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="stranger") as threads:
        tried = threads.map(lambda stranger: _refusal(target, stranger, enough), found)
        return tuple(dict.fromkeys(words for words in tried if words))


def _refusal(target: Target, stranger: Stranger, enough: threading.Event) -> str:
    """What a stranger got instead of an answer, the last of several times; empty if it was served, or others tell enough.

    A busy machine lets a request time out now and then, but not at every attempt.
    """
    words = ""
    for _ in range(ATTEMPTS):
        if enough.is_set():
            return ""
        result = probe(target, stranger.cohort, stranger.user, stranger.cookie)
        if result.ok:
            return ""
        words = _in_words(result)
    enough.set()
    return words


def _in_words(result: ProbeResult) -> str:
    if not result.steps:
        return f"{result.cohort}: no connection"
    last = next((step for step in result.steps if not step.ok), result.steps[-1])
    return f"{result.cohort}: {last.operation.value} {last.reason}"


def _address(cohort: Cohort, wanted: int, taken: set[str]) -> str:
    """Draw an address in the wanted slice of the population that nobody of the load has."""
    while True:
        drawn = (
            str(IPv6Address(IPV6 + secrets.randbits(IPV6_BITS)))
            if cohort.address == "ipv6"
            else str(IPv4Address(IPV4 + secrets.randbits(IPV4_BITS)))
        )
        if slice_of(drawn) == wanted and drawn not in taken:
            return drawn
