"""What a trainee can ask of a run that changes its story. `by` is who asks: a name within the team."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledge:
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeHint:
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalate:
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    """Hand the incident to the owners of a layer (word of the taxonomy)."""

    by: str
    layer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteNote:
    by: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveShift:
    """Hand the incident to the next responder, who knows what the note says and nothing else."""

    by: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PostUpdate:
    """A status update for those outside the incident."""

    by: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """An instrument was used on a layer; recorded for the wrong-layer meter."""

    by: str
    layer: str
    instrument: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnose:
    """`change` is a full revision or empty; `share` of users 0-1; `id` makes a repeated request harmless."""

    by: str
    id: str
    component: str
    mechanism: str
    change: str
    share: float
    cohort: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolve:
    by: str
    change: str
    unnoticed: str
    guard: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Quit:
    by: str
    reason: str


Request = (
    Acknowledge
    | TakeHint
    | Escalate
    | HandOver
    | LeaveShift
    | WriteNote
    | PostUpdate
    | Look
    | Diagnose
    | Resolve
    | Quit
)
