"""Events -> the state of a run: its phase, its milestones, what was done and what it cost users.

A fold and nothing else: `advance` takes one recorded fact, `fold` many. What the rules decide here:

* The clock of the exercise starts with `FaultInjected` (recorded for a false alarm, too); `minutes` after the last one it ends. Impact,
  recovery and pages that were recorded before it do not count.
* Submissions before the page are kept, but are no milestone. *Diagnosed* means that a diagnosis was submitted, right or
  wrong: the phase is shown to the trainee and must not tell.
* Impact after a recovery is a relapse: the recovery is gone and the phase falls back to what was reached without it.
* After `Closed` only the judgement and the sealed answer are taken in.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, assert_never

from game.core import events as fact
from game.core.attention import looked_until
from game.core.control.facts import ChangePreviewed, ChangeProposed, ReviewGiven
from game.core.duel.facts import DuelDealt, DuelRevealed, DuelWithdrawn
from game.core.phase import Phase
from game.core.run import MINUTE_MS, Durations, LayerTime, RunState, Stamped, durations
from game.core.sign.facts import NEON, AlertSent, SignCleared, SignImpaired, SignLit, SignMended

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Durations", "LayerTime", "Phase", "RunState", "Stamped", "advance", "durations", "fold"]


def fold(recorded: Iterable[fact.Recorded]) -> RunState:
    state = RunState()
    for one in recorded:
        state = advance(state, one)
    return state


def advance(state: RunState, recorded: fact.Recorded) -> RunState:
    """One fact further. A fact that was already taken in (same or smaller `seq`) changes nothing."""
    if recorded.seq <= state.seq:
        return state
    state = replace(state, seq=recorded.seq, at_ms=max(state.at_ms, recorded.at_ms))
    seq, at_ms, event = recorded.seq, recorded.at_ms, recorded.event
    match event:
        case fact.AnswerRevealed():
            return replace(state, revealed=Stamped(seq=seq, at_ms=at_ms, event=event))
        case fact.RollbackJudged():
            return replace(state, judged=Stamped(seq=seq, at_ms=at_ms, event=event))
        case DuelRevealed():
            return replace(state, truths=Stamped(seq=seq, at_ms=at_ms, event=event))
        case fact.RunOpened():
            return state if state.opened else replace(state, opened=event, opened_wall_ms=recorded.wall_ms)
        case _:
            return state if state.closed else _during(state, seq, at_ms, event)


_Opening = (
    fact.StepDone
    | fact.LoadStarted
    | fact.SteadyStateProved
    | fact.FaultArmed
    | fact.FaultInjected
    | fact.LaterChangeMade
    | fact.FaultMended
)
_Platform = (
    fact.ClockPaused
    | fact.ClockResumed
    | fact.TimeExtended
    | fact.DriftSeen
    | fact.DriftCleared
    | fact.ServiceDied
    | fact.Closed
)
_Sign = SignLit | SignCleared | SignImpaired | SignMended | AlertSent
_Watched = fact.LoadSampled | fact.ImpactDetected | fact.RecoveryDetected | fact.Paged | fact.PageCleared
_Judged = fact.Acknowledged | fact.HintTaken | fact.DiagnosisSubmitted | fact.Resolved
_Said = (
    fact.MessageReceived
    | fact.Escalated
    | fact.HandedOver
    | fact.NoteWritten
    | fact.ResponderReplaced
    | fact.UpdatePosted
    | fact.LookedAt
)
_Done = (
    fact.ConfigurationApplied
    | fact.ConfigurationRefused
    | fact.RuntimeActionTaken
    | fact.ServiceActionTaken
    | ChangeProposed
    | ReviewGiven
    | ChangePreviewed
    | DuelDealt
    | DuelWithdrawn
)
_During = _Opening | _Platform | _Sign | _Watched | _Judged | _Said | _Done


def _during(state: RunState, seq: int, at_ms: int, event: _During) -> RunState:
    if isinstance(event, _Opening):
        return _opening(state, seq, at_ms, event)
    if isinstance(event, _Platform):
        return _platform(state, seq, at_ms, event)
    if isinstance(event, _Sign):
        return _signed(state, seq, at_ms, event)
    if isinstance(event, _Watched):
        return _watched(state, seq, at_ms, event)
    if isinstance(event, _Judged):
        return _judged(state, seq, at_ms, event)
    if isinstance(event, _Said):
        return _said(state, seq, at_ms, event)
    return _done(state, seq, at_ms, event)


def _opening(state: RunState, seq: int, at_ms: int, event: _Opening) -> RunState:
    match event:
        case fact.SteadyStateProved():
            return replace(state, steady=Stamped(seq=seq, at_ms=at_ms, event=event))
        case fact.FaultInjected():
            state = _armed(state, at_ms)
            return replace(state, faults=(*state.faults, Stamped(seq=seq, at_ms=at_ms, event=event)))
        case fact.FaultArmed():
            return _armed(state, at_ms)
        case fact.LaterChangeMade():
            return replace(state, later_revisions=(*state.later_revisions, event.revision))
        case fact.StepDone() | fact.LoadStarted() | fact.FaultMended():
            return state
        case _:
            assert_never(event)


def _platform(state: RunState, seq: int, at_ms: int, event: _Platform) -> RunState:
    match event:
        case fact.ClockPaused():
            state = replace(state, paused=event.reason)
        case fact.TimeExtended(minutes=minutes):
            state = replace(state, extended_ms=state.extended_ms + minutes * MINUTE_MS)
        case fact.ClockResumed():
            state = replace(state, paused=None)
        case fact.DriftSeen():
            state = replace(state, drift_fields=event.fields)
        case fact.DriftCleared():
            state = replace(state, drift_fields=())
        case fact.ServiceDied():
            state = replace(state, deaths=(*state.deaths, Stamped(seq=seq, at_ms=at_ms, event=event)))
        case fact.Closed():
            state = looked_until(state, at_ms)
            state = replace(state, looking=None, closed=Stamped(seq=seq, at_ms=at_ms, event=event))
        case _:
            assert_never(event)
    return state


def _signed(state: RunState, seq: int, at_ms: int, event: _Sign) -> RunState:
    match event:
        case SignLit():
            lit = Stamped(seq=seq, at_ms=at_ms, event=event)
            says = any(one.kind != "noise" for one in event.findings)
            counts = says and state.first_sign is None and state.armed_at_ms is not None
            return replace(state, sign=lit, first_sign=lit if counts else state.first_sign)
        case SignCleared():
            return replace(state, sign=None)
        case SignImpaired() | SignMended() | AlertSent():
            return state
        case _:
            assert_never(event)


def _watched(state: RunState, seq: int, at_ms: int, event: _Watched) -> RunState:
    match event:
        case fact.LoadSampled():
            state = _sampled(state, Stamped(seq=seq, at_ms=at_ms, event=event))
        case fact.ImpactDetected():
            state = _impact(state, Stamped(seq=seq, at_ms=at_ms, event=event))
        case fact.RecoveryDetected():
            # Users can only recover from an impact that the fault had on them.
            if state.impact is not None and event.recovered_ms >= (state.armed_at_ms or 0):
                state = replace(state, recovery=Stamped(seq=seq, at_ms=at_ms, event=event))
        case fact.Paged():
            page = Stamped(seq=seq, at_ms=at_ms, event=event)
            counts = None if state.armed_at_ms is None else page
            own = counts if event.alert != NEON else None
            state = replace(state, open_page=page, page=state.page or counts, symptom=state.symptom or own)
        case fact.PageCleared():
            if state.open_page is not None and state.open_page.event.alert == event.alert:
                state = replace(state, open_page=None)
        case _:
            assert_never(event)
    return state


def _armed(state: RunState, at_ms: int) -> RunState:
    """The first fault goes into service: what users feel from here on is its doing."""
    return state if state.armed_at_ms is not None else replace(state, armed_at_ms=at_ms)


def _sampled(state: RunState, sample: Stamped[fact.LoadSampled]) -> RunState:
    load, paged_at_ms = sample.event, state.paged_at_ms
    after_page = paged_at_ms is not None and load.from_ms >= paged_at_ms
    return replace(
        state,
        sample=sample,
        offered_total=state.offered_total + load.offered,
        failed_total=state.failed_total + load.bad,
        failed_after_page=state.failed_after_page + (load.bad if after_page else 0),
        limbo_user_ms=state.limbo_user_ms + (load.limbo * (load.to_ms - load.from_ms) if state.faults else 0),
    )


def _impact(state: RunState, impact: Stamped[fact.ImpactDetected]) -> RunState:
    if state.armed_at_ms is None:
        return state
    if state.recovery is None:
        return replace(state, impact=state.impact or impact)
    return replace(state, recovery=None, relapses=state.relapses + 1)


def _judged(state: RunState, seq: int, at_ms: int, event: _Judged) -> RunState:
    match event:
        case fact.Acknowledged():
            if state.page is not None and state.acknowledgement is None:
                state = replace(state, acknowledgement=Stamped(seq=seq, at_ms=at_ms, event=event))
        case fact.HintTaken():
            if all(taken.event.hint != event.hint for taken in state.hints):
                state = replace(state, hints=(*state.hints, Stamped(seq=seq, at_ms=at_ms, event=event)))
        case fact.DiagnosisSubmitted():
            if all(made.event.id != event.id for made in state.diagnoses):
                state = replace(
                    state, diagnoses=(*state.diagnoses, Stamped(seq=seq, at_ms=at_ms, event=event))
                )
        case fact.Resolved():
            state = replace(
                state, resolutions=(*state.resolutions, Stamped(seq=seq, at_ms=at_ms, event=event))
            )
        case _:
            assert_never(event)
    return state


def _said(state: RunState, seq: int, at_ms: int, event: _Said) -> RunState:
    match event:
        case fact.MessageReceived():
            return replace(state, messages=(*state.messages, Stamped(seq=seq, at_ms=at_ms, event=event)))
        case fact.HandedOver():
            given = Stamped(seq=seq, at_ms=at_ms, event=event)
            return replace(state, handovers=(*state.handovers, given))
        case fact.Escalated():
            return replace(
                state, escalations=(*state.escalations, Stamped(seq=seq, at_ms=at_ms, event=event))
            )
        case fact.NoteWritten():
            return replace(state, notes=(*state.notes, Stamped(seq=seq, at_ms=at_ms, event=event)))
        case fact.ResponderReplaced():
            return (
                state
                if state.replaced
                else replace(state, replaced=Stamped(seq=seq, at_ms=at_ms, event=event))
            )
        case fact.UpdatePosted():
            return replace(state, updates=(*state.updates, Stamped(seq=seq, at_ms=at_ms, event=event)))
        case fact.LookedAt():
            return replace(looked_until(state, at_ms), looking=Stamped(seq=seq, at_ms=at_ms, event=event))
        case _:
            assert_never(event)


def _done(state: RunState, seq: int, at_ms: int, event: _Done) -> RunState:
    match event:
        case fact.ConfigurationApplied():
            return replace(state, applied=(*state.applied, Stamped(seq=seq, at_ms=at_ms, event=event)))
        case fact.ConfigurationRefused():
            return replace(state, refused=(*state.refused, Stamped(seq=seq, at_ms=at_ms, event=event)))
        case fact.RuntimeActionTaken():
            action = Stamped(seq=seq, at_ms=at_ms, event=event)
            return replace(state, runtime_actions=(*state.runtime_actions, action))
        case fact.ServiceActionTaken():
            deed = Stamped(seq=seq, at_ms=at_ms, event=event)
            return replace(state, service_actions=(*state.service_actions, deed))
        case ChangeProposed():
            return replace(state, proposals=(*state.proposals, Stamped(seq=seq, at_ms=at_ms, event=event)))
        case ChangePreviewed():
            return replace(state, previews=(*state.previews, Stamped(seq=seq, at_ms=at_ms, event=event)))
        case ReviewGiven():
            return replace(state, reviews=(*state.reviews, Stamped(seq=seq, at_ms=at_ms, event=event)))
        case DuelDealt():
            return replace(state, dealt=(*state.dealt, Stamped(seq=seq, at_ms=at_ms, event=event)))
        case DuelWithdrawn():
            return replace(state, withdrawn=(*state.withdrawn, Stamped(seq=seq, at_ms=at_ms, event=event)))
        case _:
            assert_never(event)
