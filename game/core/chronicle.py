"""The timeline of a debrief: when, who (a role), what. Innocent activity stays in: it is part of the story."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from game.core import events as kinds
from game.core.control.facts import ChangePreviewed, ChangeProposed, ReviewGiven
from game.core.duel.facts import DuelRevealed
from game.core.sign.facts import AlertSent, SignCleared, SignImpaired, SignLit, SignMended
from game.core.text import printable
from game.core.words import in_words

if TYPE_CHECKING:
    from collections.abc import Sequence

Strand = Literal["stage", "hurt", "healed", "call", "look", "think", "act"]

STAGE = (
    kinds.RunOpened
    | kinds.StepDone
    | kinds.LoadStarted
    | kinds.SteadyStateProved
    | kinds.FaultArmed
    | kinds.FaultInjected
    | kinds.LaterChangeMade
    | kinds.ServiceDied
    | kinds.ClockPaused
    | kinds.ClockResumed
    | kinds.TimeExtended
    | kinds.RollbackJudged
    | kinds.Closed
    | kinds.AnswerRevealed
    | DuelRevealed
)
LEFT_OUT = kinds.StepDone | kinds.LoadSampled | kinds.LoadStarted | kinds.FaultArmed | kinds.AnswerRevealed
"""What would drown the story: it stays in the journal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the timeline. `since_ms` counts from the debrief's origin; `seq` is the event's number."""

    seq: int
    since_ms: int
    who: str
    what: str
    strand: Strand


def chronicle(events: Sequence[kinds.Recorded], *, origin_ms: int) -> tuple[Entry, ...]:
    """In the order in which things happened: impact and recovery stand where they began, not where they were noticed."""
    entries = (
        Entry(
            seq=recorded.seq,
            since_ms=happened_ms(recorded) - origin_ms,
            who=printable(who(recorded.event)),
            what=in_words(recorded.event),
            strand=strand(recorded.event),
        )
        for recorded in events
        if not isinstance(recorded.event, LEFT_OUT)
    )
    return tuple(sorted(entries, key=lambda entry: (entry.since_ms, entry.seq)))


def happened_ms(recorded: kinds.Recorded) -> int:
    """When on the run clock, back-dated where the event says so."""
    match recorded.event:
        case kinds.ImpactDetected(onset_ms=at_ms) | kinds.RecoveryDetected(recovered_ms=at_ms):
            return at_ms
        case _:
            return recorded.at_ms


def who(event: kinds.Event) -> str:
    """The role behind an event; never a judgement."""
    match event:
        case (
            kinds.Acknowledged(by=by)
            | kinds.Escalated(by=by)
            | kinds.HandedOver(by=by)
            | kinds.NoteWritten(by=by)
            | kinds.UpdatePosted(by=by)
            | kinds.ResponderReplaced(by=by)
            | kinds.Resolved(by=by)
            | ChangeProposed(by=by)
            | ReviewGiven(by=by)
            | ChangePreviewed(by=by)
        ):
            return by
        case (
            kinds.ConfigurationApplied(actor=actor)
            | kinds.ConfigurationRefused(actor=actor)
            | kinds.RuntimeActionTaken(actor=actor)
            | kinds.ServiceActionTaken(actor=actor)
        ):
            return actor
        case kinds.MessageReceived(sender=sender):
            return sender
        case kinds.HintTaken() | kinds.LookedAt() | kinds.DiagnosisSubmitted():
            return "trainee"
        case SignImpaired(by=by) | SignMended(by=by):
            return by
        case SignLit() | SignCleared() | AlertSent():
            return "neon sign"
        case kinds.Paged() | kinds.PageCleared() | kinds.DriftSeen() | kinds.DriftCleared():
            return "monitoring"
        case kinds.ImpactDetected() | kinds.RecoveryDetected() | kinds.LoadSampled():
            return "users"
        case _:
            return "the game"


def strand(event: kinds.Event) -> Strand:
    """Which part of the story an event belongs to."""
    if isinstance(event, STAGE):
        return "stage"
    match event:
        case kinds.LoadSampled() | kinds.ImpactDetected():
            return "hurt"
        case kinds.RecoveryDetected():
            return "healed"
        case kinds.LookedAt():
            return "look"
        case (
            kinds.HintTaken()
            | kinds.NoteWritten()
            | kinds.ResponderReplaced()
            | kinds.DiagnosisSubmitted()
            | kinds.Resolved()
        ):
            return "think"
        case (
            kinds.ConfigurationApplied()
            | kinds.ConfigurationRefused()
            | kinds.RuntimeActionTaken()
            | kinds.ServiceActionTaken()
            | ChangeProposed()
            | ReviewGiven()
            | ChangePreviewed()
            | kinds.HandedOver()
            | kinds.FaultMended()
        ):
            return "act"
        case _:
            return "call"
