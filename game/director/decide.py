"""The pure heart of the director: given the state of a run, what does a request or the passing of time lead to?

Nothing here touches the world. A decision is the facts to record now, the effects to carry out afterwards, and what to
tell the one who asked. What the rules forbid is refused here, not discovered later.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, assert_never

from game.core.events import (
    Acknowledged,
    DiagnosisSubmitted,
    Escalated,
    Event,
    FaultArmed,
    HandedOver,
    HintTaken,
    LookedAt,
    MessageReceived,
    NoteWritten,
    Paged,
    Resolved,
    UpdatePosted,
)
from game.core.exercise import LbChange, NoFault
from game.core.overview import MOST_DIAGNOSES
from game.director.effects import Effect, Finish, InjectFault, MakeLaterChange, MendFault
from game.director.owners import LOOKED, MINE, OURS, TAKEN
from game.director.requests import (
    Acknowledge,
    Diagnose,
    Escalate,
    HandOver,
    Look,
    PostUpdate,
    Quit,
    Request,
    Resolve,
    TakeHint,
    WriteNote,
)
from game.director.steady import steady_state
from game.errors import Refused

if TYPE_CHECKING:
    from game.core.events import Ending
    from game.core.exercise import Exercise, Fault
    from game.core.timeline import RunState
    from game.director.progress import Progress

STEADY_WITHIN_MS = 45_000
LATER_CHANGE_AFTER_MS = 4_000

MOST_TEXT = 2_000
ESCALATION_REPLY = (
    "Infrastructure on call: I am on the bridge. Nothing is planned on our side tonight. Tell me which layer you have "
    "ruled out and by what evidence, and compare what changed today with when it began."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    events: tuple[Event, ...] = ()
    effects: tuple[Effect, ...] = ()
    reply: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """All that decisions depend on.

    `calm_ms`: how long steady state must last before the first fault; `owners`: the layer that can undo each fault.
    `held_back`: the fault has to wait for other runs; `halted`: why somebody made the clock stand, if so.
    """

    exercise: Exercise
    state: RunState
    progress: Progress
    at_ms: int
    launched: frozenset[Effect] = field(default_factory=frozenset)
    calm_ms: int = 0
    owners: tuple[str, ...] = ()
    held_back: bool = False
    halted: str = ""


def answer(situation: Situation, request: Request) -> Decision:
    """Decide on what somebody asked for; raises Refused when the rules forbid it now."""
    _require_allowed(situation, request)
    match request:
        case Acknowledge(by=by):
            return _acknowledge(situation, by)
        case TakeHint():
            return _hint(situation)
        case Escalate(by=by):
            return _escalate(situation, by)
        case HandOver(by=by, layer=layer):
            return _hand_over(situation, by, layer)
        case WriteNote(by=by, text=text):
            return Decision(events=(NoteWritten(by=by, text=_words(text)),), reply="noted")
        case PostUpdate(by=by, text=text):
            return Decision(
                events=(UpdatePosted(by=by, text=_words(text, "a status update")),), reply="posted"
            )
        case Look(layer=layer, instrument=instrument):
            return Decision(events=(LookedAt(layer=layer, instrument=instrument),))
        case Diagnose():
            return _diagnose(situation, request)
        case Resolve():
            return _resolve(situation, request)
        case Quit(reason=reason):
            return _quit(situation, reason)
        case _:
            assert_never(request)


def due(situation: Situation) -> Decision:
    """Decide on what the passing of time leads to. Called a few times a second."""
    if situation.state.closed is not None or any(isinstance(effect, Finish) for effect in situation.launched):
        return Decision()
    if situation.progress.load_started_ms is None:
        return Decision()
    if situation.progress.steady_at_ms is None:
        return _settle(situation)
    faults = _next_fault(situation)
    if faults is not None:
        return faults
    over = _time_over(situation)
    if over is not None:
        return over
    return Decision(events=(*_false_page(situation), *_messages(situation)), effects=_later(situation))


def remedy(fault: Fault) -> str:
    """How a fault is undone, in one line, for the journal: it is written down before the fault is made."""
    if isinstance(fault, LbChange):
        return "revert the revision that follows"
    return {
        "lb_runtime": "replay the revert commands of the exercise, or reload",
        "lb_file": "restore the file from the approved copy and reload",
        "lb_stale": "load the approved files",
        "toxic": "remove the toxic",
        "service": "start the service with its own settings",
        "none": "nothing to undo",
    }[fault.kind]


def require_open(situation: Situation) -> None:
    """Raise Refused before the run has begun and once it is over."""
    if situation.state.closed is not None or any(isinstance(effect, Finish) for effect in situation.launched):
        raise Refused("this run is over", hint="see `danceoff debrief`")
    if situation.state.opened is None:
        raise Refused("this run has not begun", hint="wait until the stack is up")


def _require_allowed(situation: Situation, request: Request) -> None:
    """Looking, writing and leaving go on while the clock stands on purpose; nothing else does."""
    require_open(situation)
    if not isinstance(request, (Look, WriteNote, Quit)):
        require_going(situation)


def require_going(situation: Situation) -> None:
    """Raise Refused while the clock stands on purpose: whoever could act then would have all the time of the world."""
    if situation.halted:
        raise Refused(f"the clock stands: {situation.halted}", hint="wait until it goes on")


def _acknowledge(situation: Situation, by: str) -> Decision:
    if situation.state.paged_at_ms is None:
        raise Refused("there is no page to acknowledge", hint="`danceoff status` shows when there is one")
    if situation.state.acknowledged_at_ms is not None:
        raise Refused("the page is acknowledged already", hint="go on: look, diagnose, repair")
    return Decision(events=(Acknowledged(by=by),), reply="acknowledged: the incident is yours")


def _escalate(situation: Situation, by: str) -> Decision:
    if situation.state.escalations:
        raise Refused("you escalated already", hint="the reply is in `danceoff status`")
    return Decision(events=(Escalated(by=by, reply=ESCALATION_REPLY),), reply=ESCALATION_REPLY)


def _quit(situation: Situation, reason: str) -> Decision:
    how: Ending = "resolved" if situation.state.resolution and situation.state.recovery else "aborted"
    return Decision(effects=(Finish(how=how, reason=reason),), reply="the run ends")


def _hand_over(situation: Situation, by: str, layer: str) -> Decision:
    """The owners of the right layer mend what is theirs; others look in vain."""
    if situation.state.page is None:
        raise Refused("there is nothing to hand over before the page", hint="wait for it")
    if any(given.event.layer == layer for given in situation.state.handovers):
        raise Refused(f"the owners of {layer} have it already", hint="their reply is in `danceoff status`")
    mine = tuple(fault for fault, owner in enumerate(situation.owners) if owner == layer and layer != OURS)
    reply = TAKEN if mine else MINE if layer == OURS else LOOKED
    event = HandedOver(by=by, layer=layer, taken=bool(mine), reply=reply)
    return Decision(events=(event,), effects=tuple(MendFault(fault=fault) for fault in mine), reply=reply)


def _hint(situation: Situation) -> Decision:
    taken = len(situation.state.hints)
    hints = situation.exercise.hints
    if situation.state.paged_at_ms is None:
        raise Refused("hints open with the page", hint="wait for it")
    if situation.state.recovered_ms is not None:
        raise Refused("service has recovered: a hint would be paid for nothing", hint="`danceoff resolve`")
    if taken >= len(hints):
        raise Refused("there are no more hints", hint="`danceoff escalate` is free")
    hint = hints[taken]
    return Decision(events=(HintTaken(hint=taken + 1, cost=hint.cost, text=hint.text),), reply=hint.text)


def _diagnose(situation: Situation, request: Diagnose) -> Decision:
    if situation.state.paged_at_ms is None:
        raise Refused("nothing has been paged yet, so there is nothing to diagnose", hint="wait for the page")
    if any(given.event.id == request.id for given in situation.state.diagnoses):
        return Decision(reply="this diagnosis was recorded already")
    given = len(situation.state.diagnoses)
    if given >= MOST_DIAGNOSES:
        raise Refused(f"all {MOST_DIAGNOSES} diagnoses are given", hint="the last one counts")
    left = MOST_DIAGNOSES - given - 1
    submitted = DiagnosisSubmitted(
        id=request.id,
        component=request.component,
        mechanism=request.mechanism,
        change=request.change,
        share=request.share,
        cohort=request.cohort,
    )
    return Decision(
        events=(submitted,),
        reply=f"recorded; {left} left, the last one counts, the debrief tells how it was graded",
    )


def _resolve(situation: Situation, request: Resolve) -> Decision:
    if situation.state.paged_at_ms is None:
        raise Refused("nothing has been paged yet, so there is nothing to resolve", hint="wait for the page")
    declared = Resolved(
        by=request.by,
        change=request.change,
        unnoticed=_text(request.unnoticed, "why it went unnoticed"),
        guard=request.guard,
    )
    already = situation.state.resolution is not None
    users_fail = situation.state.impact is not None and situation.state.recovery is None
    if users_fail:
        if already:
            raise Refused(
                "declared already, and users still fail", hint="repair it; declare again when they recover"
            )
        return Decision(
            events=(declared,),
            reply="declared, but too early: users still fail, or recovery has not held yet. The incident goes on",
        )
    how = "after recovery" if situation.state.recovery is not None else "and nobody was ever hurt"
    finish = Finish(how="resolved", reason=f"declared resolved {how}")
    return Decision(events=(declared,), effects=(finish,), reply="declared resolved: the incident is closed")


def _settle(situation: Situation) -> Decision:
    started = situation.progress.load_started_ms or 0
    proof = steady_state(situation.exercise.steady_state, situation.progress.recent, started)
    if proof is not None:
        return Decision(events=(proof,))
    if situation.at_ms - started > STEADY_WITHIN_MS:
        reason = f"no steady state within {STEADY_WITHIN_MS // 1000} s: the stack or this machine is not well"
        return Decision(effects=(Finish(how="void", reason=reason),))
    return Decision()


def _next_fault(situation: Situation) -> Decision | None:
    """Arm and inject the faults one after the other; nothing else happens until the last one is in."""
    progress, faults = situation.progress, situation.exercise.faults
    if situation.at_ms - (progress.steady_at_ms or 0) < situation.calm_ms:
        return Decision()
    if situation.held_back and not progress.armed:
        return Decision()
    if progress.injected >= len(faults):
        return None
    if progress.armed > progress.injected:
        return Decision()
    index = progress.armed
    armed = FaultArmed(fault=index, revert=remedy(faults[index]))
    return Decision(events=(armed,), effects=(InjectFault(fault=index),))


def _false_page(situation: Situation) -> tuple[Event, ...]:
    """A false alarm pages although nobody is hurt: its first alert fires after its window, by itself."""
    false_alarm = all(isinstance(fault, NoFault) for fault in situation.exercise.faults)
    if not false_alarm or situation.state.page is not None or not situation.exercise.alerts:
        return ()
    rule = situation.exercise.alerts[0]
    elapsed_ms = situation.at_ms - situation.progress.injected_at_ms
    if elapsed_ms < (rule.window_s + rule.for_s) * 1000:
        return ()
    return (Paged(alert=rule.name, text=rule.text),)


def _time_over(situation: Situation) -> Decision | None:
    limit_ms = situation.exercise.briefing.minutes * 60_000 + situation.state.extended_ms
    if situation.at_ms - situation.progress.injected_at_ms < limit_ms:
        return None
    solved = situation.state.resolution is not None and situation.state.recovered_ms is not None
    how: Ending = "resolved" if solved else "timed-out"
    return Decision(effects=(Finish(how=how, reason=f"{limit_ms // 60_000} minutes are over"),))


def _later(situation: Situation) -> tuple[Effect, ...]:
    made = situation.progress.later_made
    if made >= len(situation.exercise.later):
        return ()
    effect = MakeLaterChange(later=made)
    elapsed = situation.at_ms - situation.progress.injected_at_ms
    if effect in situation.launched or elapsed < LATER_CHANGE_AFTER_MS * (made + 1):
        return ()
    return (effect,)


def _messages(situation: Situation) -> tuple[Event, ...]:
    paged, sent = situation.state.paged_at_ms, situation.progress.messages
    messages = situation.exercise.messages
    if paged is None or sent >= len(messages) or situation.state.recovered_ms is not None:
        return ()
    message = messages[sent]
    if situation.at_ms - paged < message.after_page_s * 1000:
        return ()
    return (MessageReceived(sender=message.sender, text=message.text),)


def _words(text: str, what: str = "a note") -> str:
    cleaned = _text(text, what)
    if not cleaned:
        raise Refused(f"{what} needs words", hint='danceoff note "what was seen or decided"')
    return cleaned


def _text(text: str, what: str) -> str:
    cleaned = text.strip()
    if len(cleaned) > MOST_TEXT:
        raise Refused(f"{what} may have at most {MOST_TEXT} characters", hint=f"this one has {len(cleaned)}")
    return cleaned
