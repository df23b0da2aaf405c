"""The course of a run: what was opened, prepared and broken, when the clock stood, how it ended, and the answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from game.core.terms import PLAIN, Terms

Ending = Literal["resolved", "timed-out", "aborted", "interrupted", "void"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOpened:
    """`objective` is the stack's success objective, a share 0-1 of offered requests; `versions` those of the servers."""

    exercise: str
    exercise_digest: str
    seed: int
    stack: str
    minutes: int
    rules: int
    team: str
    users: int
    objective: float = 0.995
    versions: tuple[tuple[str, str], ...] = ()
    terms: Terms = PLAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class StepDone:
    """A step of preparing: what was done and how long it took."""

    step: str
    took_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadStarted:
    users: int
    requests_per_second: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SteadyStateProved:
    window_ms: int
    offered: int
    bad: int
    p95_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultArmed:
    """Written before the fault is injected: how to undo it, so that a crash in between still leaves a remedy."""

    fault: int
    revert: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultInjected:
    fault: int
    revision: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LaterChangeMade:
    """A colleague's change came into service; an empty revision: it did not fit the files any more, and did not come."""

    revision: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultMended:
    """The owners of the layer undid a fault that was not the load balancer's."""

    fault: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceDied:
    """A server of the platform died without anybody's action, and what was done about it."""

    service: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockPaused:
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockResumed:
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeExtended:
    """The run may go on longer; what is earned over time falls as it did before."""

    minutes: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    how: Ending
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRevealed:
    """The sealed part, written after the run closed, so that a journal can be scored by itself for ever.

    `also`: other mechanisms that are right as well.
    """

    component: str
    mechanism: str
    change: str
    fault_revisions: tuple[str, ...]
    share: float
    share_tolerance: float
    cohort: str
    guards: tuple[str, ...]
    layer: str
    acknowledge_s: int
    diagnose_s: int
    recover_s: int
    review_required: bool
    diff: str
    signal: str
    text: str
    also: tuple[str, ...] = ()
