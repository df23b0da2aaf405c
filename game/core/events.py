"""The closed union of facts a run can contain. Everything anyone sees is a pure function of these.

`Recorded` is the envelope: `seq` counts from 1 without gaps, `at_ms` is the run clock (pausable, monotonic, 0 when the
run opened), `wall_ms` is UTC in milliseconds since 1970. Corrections are new events with a reason; nothing is edited.
Times inside events that end in `_ms` and are not durations (`took_ms`, `uncertainty_ms`) are on the run clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from game.core.control.facts import NO_PAPERS, ChangePreviewed, ChangeProposed, Papers, ReviewGiven
from game.core.sign.facts import AlertSent, SignCleared, SignImpaired, SignLit, SignMended
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
class CohortSample:
    cohort: str
    offered: int
    bad: int
    p95_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadSampled:
    """One second of load, attributed to the requests' start. `limbo`: users whose latest login failed; `users`: all.

    `hurt`: users with at least one bad request in the latest five seconds. `reasons` counts bad requests by reason.
    """

    from_ms: int
    to_ms: int
    offered: int
    bad: int
    p95_ms: int
    limbo: int
    users: int
    cohorts: tuple[CohortSample, ...]
    reasons: tuple[tuple[str, int], ...] = ()
    hurt: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpactDetected:
    onset_ms: int
    uncertainty_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryDetected:
    recovered_ms: int
    uncertainty_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Paged:
    alert: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PageCleared:
    alert: str


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
class FaultMended:
    """The owners of the layer undid a fault that was not the load balancer's."""

    fault: int


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
class ConfigurationApplied:
    """What the one apply path put into service. `digest` covers every file loaded; `meaning` the difference in words."""

    revision: str
    digest: str
    worker_pid: int
    reload_ms: int
    actor: str
    message: str
    meaning: tuple[str, ...]
    papers: Papers = NO_PAPERS


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigurationRefused:
    actor: str
    stage: Literal["size", "syntax", "allow-list", "check", "reload"]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuntimeActionTaken:
    actor: str
    command: str
    answer: str
    papers: Papers = NO_PAPERS


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceActionTaken:
    actor: str
    service: str
    layer: str
    action: Literal["start", "stop", "restart"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftSeen:
    """Running state, file on disk and last approved configuration disagree; `fields` says where, in words."""

    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftCleared:
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class RollbackJudged:
    """What was found at the end, before grading. Each verdict: right, wrong, cannot-tell; with reasons."""

    surgical: Literal["right", "wrong", "cannot-tell"]
    drift: Literal["right", "wrong", "cannot-tell"]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """Declared over. The record: which change, why it went unnoticed, which guard would prevent it."""

    by: str
    change: str
    unnoticed: str
    guard: str


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
