"""A commit of the load balancer's repository, as it is read."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """`number` counts from 1, the oldest; it stays when commits are added. `at_s` is in seconds since 1970, UTC."""

    number: int
    revision: str
    author: str
    mail: str
    at_s: int
    subject: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Committed:
    """Which revision a change of the exercise became."""

    change: str
    revision: str
