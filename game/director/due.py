"""What the passing of time leads to: steady state, faults, pages of false alarms, later changes, messages, the end.

Nothing here touches the world.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from game.core.control.partner import due_reviews
from game.core.events import FaultArmed, LookedAt, MessageReceived, Paged, ResponderReplaced
from game.core.exercise import LbChange
from game.core.second.canary import to_take_back
from game.director.duelling import duel_due
from game.director.effects import Finish, InjectFault, MakeLaterChange, StepBack
from game.director.situation import Decision
from game.director.steady import steady_state

if TYPE_CHECKING:
    from game.core.events import Ending, Event
    from game.core.exercise import Fault
    from game.director.effects import Effect
    from game.director.situation import Situation

STEADY_WITHIN_MS = 45_000
LATER_CHANGE_AFTER_MS = 4_000


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
    if situation.exercise.duel is not None:
        return duel_due(situation, situation.exercise.duel)
    said = due_reviews(situation.state, situation.exercise.seed, situation.at_ms)
    return Decision(
        events=(*_false_page(situation), *_shift_before(situation), *_messages(situation), *said),
        effects=(*_later(situation), *_step_back(situation)),
    )


def remedy(fault: Fault) -> str:
    """How a fault is undone, in one line, for the journal: it is written down before the fault is made."""
    if isinstance(fault, LbChange):
        return "revert the revision that follows"
    return {
        "lb_runtime": "replay the revert commands of the exercise, or reload",
        "lb_file": "load the approved files, which puts the file back",
        "lb_stale": "load the approved files",
        "toxic": "remove the toxic",
        "service": "start the service with its own settings",
        "none": "nothing to undo",
    }[fault.kind]


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
    exercise = situation.exercise
    if not exercise.false_alarm or situation.state.symptom is not None or not exercise.alerts:
        return ()
    rule = exercise.alerts[0]
    elapsed_ms = situation.at_ms - situation.progress.injected_at_ms
    if elapsed_ms < (rule.window_s + rule.for_s) * 1000:
        return ()
    return (Paged(alert=rule.name, text=rule.text),)


def _shift_before(situation: Situation) -> tuple[Event, ...]:
    """With the page the one who had the shift leaves: a note, and what was looked at by then."""
    before = situation.exercise.before
    if before is None or situation.state.symptom is None or situation.state.replaced is not None:
        return ()
    looks = (LookedAt(layer=layer, instrument=instrument) for layer, instrument in before.looked)
    return (*looks, ResponderReplaced(by=before.by, note=before.note))


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


def _step_back(situation: Situation) -> tuple[Effect, ...]:
    revision = to_take_back(situation.state, situation.progress.recent)
    effect = StepBack(revision=revision)
    return (effect,) if revision and effect not in situation.launched else ()


def _messages(situation: Situation) -> tuple[Event, ...]:
    paged, sent = situation.state.paged_at_ms, situation.progress.messages
    messages = situation.exercise.messages
    if paged is None or sent >= len(messages) or situation.state.recovered_ms is not None:
        return ()
    message = messages[sent]
    if situation.at_ms - paged < message.after_page_s * 1000:
        return ()
    return (MessageReceived(sender=message.sender, text=message.text),)
