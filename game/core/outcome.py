"""What became of users' requests: the truth that impact, recovery and harm are decided on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum


class Operation(StrEnum):
    LOGIN = "login"
    SESSION = "session"
    REFRESH = "refresh"
    LOGOUT = "logout"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One request that a user offered.

    `started_ms` is the run clock at the moment it was due (not when the answer came); `took_ms` its duration.
    `ok` only if the answer was right AND its signature over the request's nonce verified. `reason` is empty when ok,
    else a short word: `status-500`, `timeout`, `refused`, `tls`, `unsigned`, `wrong-nonce`, `redirect`, `slow`, `not-sent`
    (planned but never sent because the user still hung in an earlier request).
    """

    started_ms: int
    took_ms: int
    user: int
    cohort: str
    operation: Operation
    ok: bool
    reason: str = ""


SLOW = "slow"


def within(outcome: Outcome, slow_ms: int) -> Outcome:
    """The outcome under a limit of latency, in ms; 0 is none. A right answer that comes too late is a bad one."""
    if slow_ms and outcome.ok and outcome.took_ms > slow_ms:
        return replace(outcome, ok=False, reason=SLOW)
    return outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadBatch:
    """What the load worker tells every 100 ms.

    `settled_ms`: every request started before this moment of the run clock is in this batch or an earlier one.
    `planned`: requests that were due in this batch's span, sent or not. Outcomes are in no particular order.
    """

    settled_ms: int
    planned: int
    outcomes: tuple[Outcome, ...]
