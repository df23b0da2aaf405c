"""The closed union of facts a run can contain. Everything anyone sees is a pure function of these.

`Recorded` is the envelope: `seq` counts from 1 without gaps, `at_ms` is the run clock (pausable, monotonic, 0 when the
run opened), `wall_ms` is UTC in milliseconds since 1970. Corrections are new events with a reason; nothing is edited.
Times inside events that end in `_ms` and are not durations (`took_ms`, `uncertainty_ms`) are on the run clock.
"""

from __future__ import annotations

from dataclasses import dataclass

from game.core.control.facts import ChangePreviewed, ChangeProposed, ReviewGiven
from game.core.duel.facts import DuelDealt, DuelRevealed, DuelWithdrawn
from game.core.facts.course import (
    AnswerRevealed,
    ClockPaused,
    ClockResumed,
    Closed,
    Ending,
    FaultArmed,
    FaultInjected,
    FaultMended,
    LaterChangeMade,
    LoadStarted,
    RunOpened,
    ServiceDied,
    SteadyStateProved,
    StepDone,
    TimeExtended,
)
from game.core.facts.deeds import (
    ConfigurationApplied,
    ConfigurationRefused,
    DriftCleared,
    DriftSeen,
    RollbackJudged,
    RuntimeActionTaken,
    ServiceActionTaken,
)
from game.core.facts.responders import (
    Acknowledged,
    DiagnosisSubmitted,
    Escalated,
    HandedOver,
    HintTaken,
    LookedAt,
    MessageReceived,
    NoteWritten,
    Resolved,
    ResponderReplaced,
    UpdatePosted,
)
from game.core.facts.users import (
    CohortSample,
    ImpactDetected,
    LoadSampled,
    PageCleared,
    Paged,
    RecoveryDetected,
)
from game.core.sign.facts import AlertSent, SignCleared, SignImpaired, SignLit, SignMended

__all__ = [
    "Acknowledged",
    "AnswerRevealed",
    "ClockPaused",
    "ClockResumed",
    "Closed",
    "CohortSample",
    "ConfigurationApplied",
    "ConfigurationRefused",
    "DiagnosisSubmitted",
    "DriftCleared",
    "DriftSeen",
    "Ending",
    "Escalated",
    "Event",
    "FaultArmed",
    "FaultInjected",
    "FaultMended",
    "HandedOver",
    "HintTaken",
    "ImpactDetected",
    "LaterChangeMade",
    "LoadSampled",
    "LoadStarted",
    "LookedAt",
    "MessageReceived",
    "NoteWritten",
    "PageCleared",
    "Paged",
    "Recorded",
    "RecoveryDetected",
    "Resolved",
    "ResponderReplaced",
    "RollbackJudged",
    "RunOpened",
    "RuntimeActionTaken",
    "ServiceActionTaken",
    "ServiceDied",
    "SteadyStateProved",
    "StepDone",
    "TimeExtended",
    "UpdatePosted",
]

Event = (
    RunOpened
    | StepDone
    | LoadStarted
    | SteadyStateProved
    | FaultArmed
    | FaultInjected
    | LaterChangeMade
    | LoadSampled
    | ImpactDetected
    | RecoveryDetected
    | Paged
    | PageCleared
    | Acknowledged
    | MessageReceived
    | HintTaken
    | Escalated
    | HandedOver
    | FaultMended
    | NoteWritten
    | ResponderReplaced
    | UpdatePosted
    | LookedAt
    | DiagnosisSubmitted
    | ConfigurationApplied
    | ConfigurationRefused
    | RuntimeActionTaken
    | ServiceActionTaken
    | ChangeProposed
    | ReviewGiven
    | ChangePreviewed
    | DuelDealt
    | DuelWithdrawn
    | DuelRevealed
    | SignLit
    | SignCleared
    | SignImpaired
    | SignMended
    | AlertSent
    | DriftSeen
    | DriftCleared
    | RollbackJudged
    | Resolved
    | ServiceDied
    | ClockPaused
    | ClockResumed
    | TimeExtended
    | Closed
    | AnswerRevealed
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    seq: int
    at_ms: int
    wall_ms: int
    event: Event
