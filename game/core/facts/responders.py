"""What those on call heard, said, looked at and declared."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledged:
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageReceived:
    """`inject`: it came from the facilitator of an event, not from the exercise."""

    sender: str
    text: str
    inject: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HintTaken:
    hint: int
    cost: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalated:
    by: str
    reply: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOver:
    """The incident was handed to the owners of a layer; `taken` if the fault lay with them and they mend it."""

    by: str
    layer: str
    taken: bool
    reply: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteWritten:
    by: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponderReplaced:
    """The one on call left with a note; somebody else starts from it."""

    by: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdatePosted:
    """A status update for those outside the incident: who is hurt, what is being done, when the next word comes."""

    by: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedAt:
    """A trainee used an instrument on a layer (word of the taxonomy)."""

    layer: str
    instrument: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DiagnosisSubmitted:
    """As it arrived; graded by folds. `change` is a full revision id or empty, `share` 0-1; `id` makes a retry harmless."""

    id: str
    component: str
    mechanism: str
    change: str
    share: float
    cohort: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """Declared over. The record: which change, why it went unnoticed, which guard would prevent it."""

    by: str
    change: str
    unnoticed: str
    guard: str
