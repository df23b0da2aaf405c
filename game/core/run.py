"""The state of a run: what a journal comes to when it is folded (`timeline.fold`).

Milestones are the facts themselves, with their number and moment; derived figures are properties.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from game.core.phase import Phase, phase_of
from game.core.terms import PLAIN, Terms

if TYPE_CHECKING:
    from game.core import events as fact
    from game.core.control.facts import ChangePreviewed, ChangeProposed, ReviewGiven
    from game.core.duel.facts import DuelDealt, DuelRevealed, DuelWithdrawn
    from game.core.sign.facts import SignLit

MINUTE_MS = 60_000

E_co = TypeVar("E_co", covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamped(Generic[E_co]):
    """A fact with its number in the journal (the evidence) and its moment on the run clock."""

    seq: int
    at_ms: int
    event: E_co


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerTime:
    """How long a layer (word of the taxonomy) was looked at since the fault."""

    layer: str
    spent_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RunState:
    """What a run has come to. Milestones are the facts themselves; None or empty until they happen.

    `page`, `acknowledgement`, `impact`: the first that counts. `recovery`: the one that holds now. `resolutions`: every
    declaration; one that came too early is followed by another.
    `limbo_user_ms`: users whose latest login failed, times how long, since the fault. `failed_after_page`: failed requests
    of load that started after the page. `open_page`: the page that has not cleared. `symptom`: the first page that counts and
    is the exercise's own, not the sign's. `armed_at_ms`: when the first fault
    began to go into service; users may feel it before the apply path returns. `sign`: what the neon sign shows; `first_sign`:
    when it first lit since a fault was armed.
    """

    opened: fact.RunOpened | None = None
    opened_wall_ms: int = 0
    seq: int = 0
    at_ms: int = 0
    steady: Stamped[fact.SteadyStateProved] | None = None
    armed_at_ms: int | None = None
    faults: tuple[Stamped[fact.FaultInjected], ...] = ()
    later_revisions: tuple[str, ...] = ()
    impact: Stamped[fact.ImpactDetected] | None = None
    recovery: Stamped[fact.RecoveryDetected] | None = None
    relapses: int = 0
    page: Stamped[fact.Paged] | None = None
    open_page: Stamped[fact.Paged] | None = None
    symptom: Stamped[fact.Paged] | None = None
    acknowledgement: Stamped[fact.Acknowledged] | None = None
    diagnoses: tuple[Stamped[fact.DiagnosisSubmitted], ...] = ()
    hints: tuple[Stamped[fact.HintTaken], ...] = ()
    escalations: tuple[Stamped[fact.Escalated], ...] = ()
    handovers: tuple[Stamped[fact.HandedOver], ...] = ()
    messages: tuple[Stamped[fact.MessageReceived], ...] = ()
    notes: tuple[Stamped[fact.NoteWritten], ...] = ()
    replaced: Stamped[fact.ResponderReplaced] | None = None
    updates: tuple[Stamped[fact.UpdatePosted], ...] = ()
    applied: tuple[Stamped[fact.ConfigurationApplied], ...] = ()
    refused: tuple[Stamped[fact.ConfigurationRefused], ...] = ()
    runtime_actions: tuple[Stamped[fact.RuntimeActionTaken], ...] = ()
    service_actions: tuple[Stamped[fact.ServiceActionTaken], ...] = ()
    proposals: tuple[Stamped[ChangeProposed], ...] = ()
    previews: tuple[Stamped[ChangePreviewed], ...] = ()
    reviews: tuple[Stamped[ReviewGiven], ...] = ()
    dealt: tuple[Stamped[DuelDealt], ...] = ()
    withdrawn: tuple[Stamped[DuelWithdrawn], ...] = ()
    truths: Stamped[DuelRevealed] | None = None
    deaths: tuple[Stamped[fact.ServiceDied], ...] = ()
    resolutions: tuple[Stamped[fact.Resolved], ...] = ()
    sample: Stamped[fact.LoadSampled] | None = None
    offered_total: int = 0
    failed_total: int = 0
    failed_after_page: int = 0
    limbo_user_ms: int = 0
    sign: Stamped[SignLit] | None = None
    first_sign: Stamped[SignLit] | None = None
    drift_fields: tuple[str, ...] = ()
    paused: str | None = None
    extended_ms: int = 0
    looked: tuple[LayerTime, ...] = ()
    looking: Stamped[fact.LookedAt] | None = None
    judged: Stamped[fact.RollbackJudged] | None = None
    closed: Stamped[fact.Closed] | None = None
    revealed: Stamped[fact.AnswerRevealed] | None = None

    @property
    def terms(self) -> Terms:
        """What was agreed when the run opened."""
        return self.opened.terms if self.opened else PLAIN

    @property
    def phase(self) -> Phase:
        return phase_of(self)

    @property
    def fault_at_ms(self) -> int | None:
        return self.faults[0].at_ms if self.faults else None

    @property
    def onset_ms(self) -> int | None:
        return self.impact.event.onset_ms if self.impact else None

    @property
    def onset_uncertainty_ms(self) -> int | None:
        return self.impact.event.uncertainty_ms if self.impact else None

    @property
    def paged_at_ms(self) -> int | None:
        return self.page.at_ms if self.page else None

    @property
    def acknowledged_at_ms(self) -> int | None:
        return self.acknowledgement.at_ms if self.acknowledgement else None

    @property
    def recovered_ms(self) -> int | None:
        """Back-dated: when users could log in again, not when that was sure."""
        return self.recovery.event.recovered_ms if self.recovery else None

    @property
    def recovery_uncertainty_ms(self) -> int | None:
        return self.recovery.event.uncertainty_ms if self.recovery else None

    @property
    def recovery_declared_at_ms(self) -> int | None:
        return self.recovery.at_ms if self.recovery else None

    @property
    def resolution(self) -> Stamped[fact.Resolved] | None:
        """The last declaration: its record is the one that counts."""
        return self.resolutions[-1] if self.resolutions else None

    @property
    def escalated(self) -> bool:
        return bool(self.escalations)

    @property
    def resolved_at_ms(self) -> int | None:
        return self.resolution.at_ms if self.resolution else None

    @property
    def hints_cost(self) -> int:
        return sum(hint.event.cost for hint in self.hints)

    @property
    def ends_at_ms(self) -> int | None:
        """When the exercise times out on the run clock: `minutes` after the last fault was in, or later if extended."""
        limit_ms = self.limit_at_ms
        return None if limit_ms is None else limit_ms + self.extended_ms

    @property
    def limit_at_ms(self) -> int | None:
        """Where what is earned over time has fallen to its least; more time does not move it."""
        if self.opened is None or not self.faults:
            return None
        return self.faults[-1].at_ms + self.opened.minutes * MINUTE_MS

    @property
    def counted_diagnoses(self) -> tuple[Stamped[fact.DiagnosisSubmitted], ...]:
        """The submissions after the page, oldest first."""
        paged = self.page
        return tuple(one for one in self.diagnoses if paged is not None and one.seq > paged.seq)


@dataclass(frozen=True, slots=True, kw_only=True)
class Durations:
    """From one milestone to another in ms; None while one of them is missing.

    Diagnosis: the first submission after the page. Recovery and onset are back-dated and carry their uncertainty.
    """

    onset_to_page: int | None
    page_to_acknowledgement: int | None
    page_to_diagnosis: int | None
    page_to_recovery: int | None
    onset_to_recovery: int | None
    onset_to_recovery_uncertainty: int | None
    page_to_close: int | None


def durations(state: RunState) -> Durations:
    paged, onset, recovered = state.paged_at_ms, state.onset_ms, state.recovered_ms
    diagnosed = state.counted_diagnoses[0].at_ms if state.counted_diagnoses else None
    doubt = None
    if state.impact is not None and state.recovery is not None:
        doubt = state.impact.event.uncertainty_ms + state.recovery.event.uncertainty_ms
    return Durations(
        onset_to_page=_between(onset, paged),
        page_to_acknowledgement=_between(paged, state.acknowledged_at_ms),
        page_to_diagnosis=_between(paged, diagnosed),
        page_to_recovery=_between(paged, recovered),
        onset_to_recovery=_between(onset, recovered),
        onset_to_recovery_uncertainty=doubt,
        page_to_close=_between(paged, state.closed.at_ms if state.closed else None),
    )


def _between(start_ms: int | None, end_ms: int | None) -> int | None:
    return None if start_ms is None or end_ms is None else end_ms - start_ms
