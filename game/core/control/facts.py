"""What change control adds to the facts of a run: the papers of a change, proposals, and what reviewers say of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Mode = Literal["open", "recorded", "reviewed"]
"""Open: everybody changes what they like. Recorded: with a reason, and whoever is on call hears of it.

Reviewed: as recorded, and a risky change waits for the approval of somebody else.
"""
Subject = Literal["configuration", "runtime"]
ReviewVerdict = Literal["approve", "request-changes", "comment"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Papers:
    """What change control knows of a change that was made.

    `change` is its name within the run (c1, c2 ...), `emergency` the reason for which the glass was broken, `unreviewed`
    what is in service with it and was approved by nobody, in words. All empty in journals of before.
    """

    change: str = ""
    why: str = ""
    risks: tuple[str, ...] = ()
    approved_by: tuple[str, ...] = ()
    emergency: str = ""
    unreviewed: tuple[str, ...] = ()


NO_PAPERS = Papers()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeProposed:
    """Somebody asks for a review. The same name again: the change was changed, and what was said of it is void.

    `digest` says which change it is: of what differs from what is in service, or of the runtime command. `revert` is the
    full revision that is to be undone, if that is the change; `doubts` are what a careful reader would ask about.
    """

    change: str
    by: str
    why: str
    subject: Subject
    digest: str
    meaning: tuple[str, ...]
    risks: tuple[str, ...]
    command: str = ""
    revert: str = ""
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortTried:
    """Users of one kind who were let in, of `tried`: with the files in service, and with the proposed ones."""

    cohort: str
    tried: int
    before: int
    after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePreviewed:
    """A proposed change was tried on a shadow of the load balancer, with the same replicas behind it."""

    change: str
    by: str
    digest: str
    cohorts: tuple[CohortTried, ...]
    took_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewGiven:
    """What a reviewer says of a change, before it is made or (for a broken glass) afterwards. `digest`: of what they saw."""

    change: str
    by: str
    verdict: ReviewVerdict
    text: str
    digest: str
