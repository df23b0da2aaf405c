"""What a request leads to: facts, effects, a reply - or a refusal. What the rules forbid is refused here, not discovered later.

Nothing here touches the world.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from game.core.events import (
    Acknowledged,
    DiagnosisSubmitted,
    Escalated,
    HandedOver,
    HintTaken,
    LookedAt,
    NoteWritten,
    Resolved,
    ResponderReplaced,
    UpdatePosted,
)
from game.core.handoff import MOST_WORDS
from game.core.overview import MOST_DIAGNOSES
from game.director.effects import Finish, MendFault
from game.director.owners import LOOKED, MINE, OURS, TAKEN
from game.director.requests import (
    Acknowledge,
    Diagnose,
    Escalate,
    HandOver,
    LeaveShift,
    Look,
    PostUpdate,
    Quit,
    Request,
    Resolve,
    TakeHint,
    WriteNote,
)
from game.director.situation import Decision, require_going, require_open
from game.errors import Refused

if TYPE_CHECKING:
    from game.core.events import Ending
    from game.director.situation import Situation

MOST_TEXT = 2_000
ESCALATION_REPLY = (
    "Infrastructure on call: I am on the bridge. Nothing is planned on our side tonight. Tell me which layer you have "
    "ruled out and by what evidence, and compare what changed today with when it began."
)


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
        case LeaveShift(by=by, note=note):
            return _leave(situation, by, note)
        case WriteNote() | PostUpdate() | Look():
            return _taken_down(request)
        case Diagnose():
            return _diagnose(situation, request)
        case Resolve():
            return _resolve(situation, request)
        case Quit(reason=reason):
            return _quit(situation, reason)
        case _:
            assert_never(request)


def _taken_down(request: WriteNote | PostUpdate | Look) -> Decision:
    """What only goes on record."""
    match request:
        case WriteNote(by=by, text=text):
            return Decision(events=(NoteWritten(by=by, text=_words(text, "a note")),), reply="noted")
        case PostUpdate(by=by, text=text):
            return Decision(
                events=(UpdatePosted(by=by, text=_words(text, "a status update")),), reply="posted"
            )
        case Look(layer=layer, instrument=instrument):
            return Decision(events=(LookedAt(layer=layer, instrument=instrument),))
        case _:
            assert_never(request)


def _require_allowed(situation: Situation, request: Request) -> None:
    """Looking, writing and leaving go on while the clock stands on purpose; nothing else does."""
    require_open(situation)
    if not isinstance(request, (Look, WriteNote, Quit)):
        require_going(situation)


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


def _leave(situation: Situation, by: str, note: str) -> Decision:
    """A shift is left once, during the incident, with a note that is short enough to be read at once."""
    if situation.state.page is None or situation.state.recovery is not None:
        raise Refused("there is no incident to hand over", hint="between the page and the recovery")
    if situation.state.replaced is not None:
        raise Refused("the shift was handed over already", hint="its note is in `danceoff status`")
    words = len(_words(note, "a handoff").split())
    if words > MOST_WORDS:
        raise Refused(f"a handoff has at most {MOST_WORDS} words", hint=f"this one has {words}")
    event = ResponderReplaced(by=by, note=note.strip())
    return Decision(events=(event,), reply="handed over; whoever comes now starts from your note")


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


def _words(text: str, what: str) -> str:
    cleaned = _text(text, what)
    if not cleaned:
        raise Refused(f"{what} needs words", hint='danceoff note "what was seen or decided"')
    return cleaned


def _text(text: str, what: str) -> str:
    cleaned = text.strip()
    if len(cleaned) > MOST_TEXT:
        raise Refused(f"{what} may have at most {MOST_TEXT} characters", hint=f"this one has {len(cleaned)}")
    return cleaned
