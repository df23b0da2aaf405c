"""What the neon sign adds to the facts of a run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FindingKind = Literal["load", "file", "runtime", "unreviewed", "noise"]
"""A load that no apply made; a file on disk; the running state; a risky change that nobody approved; nothing at all."""
Impairment = Literal["poisoned", "silenced", "cries-wolf"]

NEON = "neon-sign"
"""The name of the alert that the sign pages with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignFinding:
    """`what` differs, in words; `by` whom, where a record says so."""

    kind: FindingKind
    what: str
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignLit:
    """The sign lights, or shows something else than before. It differed at `since_ms`, or up to `uncertainty_ms` earlier."""

    findings: tuple[SignFinding, ...]
    since_ms: int
    uncertainty_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SignCleared:
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class SignImpaired:
    """Somebody broke the sign: gave it the fault as its measure, silenced it, or had it watch what moves by itself."""

    how: Impairment
    by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignMended:
    """The sign measures by what was approved again, and is heard."""

    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertSent:
    """An alert was sent to the outside; `words` say what became of it, never where it went."""

    channel: Literal["webhook"]
    delivered: bool
    words: str
    took_ms: int
