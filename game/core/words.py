"""Every event in one line of plain words, for the terminal, the ticker, the timeline and the replay.

Sober and blameless: it says what happened. Texts that people wrote come out printable: no control characters, no
escape sequences, no line breaks, no invisible direction marks.
"""

from __future__ import annotations

from typing import assert_never

from game.core import events as kinds
from game.core.control.facts import ChangePreviewed, ChangeProposed, Papers, ReviewGiven
from game.core.control.preview import tried_words
from game.core.duel.facts import DuelDealt, DuelRevealed, DuelWithdrawn
from game.core.durations import margin, percent, spoken
from game.core.sign.facts import AlertSent, SignCleared, SignImpaired, SignLit, SignMended
from game.core.sign.words import sign_words
from game.core.text import printable

Preparing = kinds.RunOpened | kinds.StepDone | kinds.LoadStarted | kinds.SteadyStateProved
Breaking = (
    kinds.FaultArmed | kinds.FaultInjected | kinds.LaterChangeMade | kinds.ServiceDied | kinds.FaultMended
)
Measuring = (
    kinds.LoadSampled | kinds.ImpactDetected | kinds.RecoveryDetected | kinds.DriftSeen | kinds.DriftCleared
)
Signing = SignLit | SignCleared | SignImpaired | SignMended | AlertSent
Calling = (
    kinds.Paged
    | kinds.PageCleared
    | kinds.Acknowledged
    | kinds.MessageReceived
    | kinds.Escalated
    | kinds.HandedOver
)
Thinking = (
    kinds.HintTaken
    | kinds.NoteWritten
    | kinds.ResponderReplaced
    | kinds.UpdatePosted
    | kinds.LookedAt
    | kinds.DiagnosisSubmitted
    | kinds.Resolved
)
Acting = (
    kinds.ConfigurationApplied
    | kinds.ConfigurationRefused
    | kinds.RuntimeActionTaken
    | kinds.ServiceActionTaken
    | ChangeProposed
    | ReviewGiven
    | ChangePreviewed
    | DuelDealt
    | DuelWithdrawn
)
Ending = (
    kinds.RollbackJudged
    | kinds.Closed
    | kinds.AnswerRevealed
    | kinds.ClockPaused
    | kinds.ClockResumed
    | kinds.TimeExtended
    | DuelRevealed
)

HOW = {
    "resolved": "declared resolved",
    "timed-out": "time is up",
    "aborted": "ended early",
    "interrupted": "interrupted",
    "void": "void, it does not count",
}
VERDICTS = {"approve": "approved", "request-changes": "changes requested", "comment": "comment"}
PAST = {"start": "started", "stop": "stopped", "restart": "restarted"}


def short(revision: str) -> str:
    """A revision as people quote it."""
    return printable(revision)[:8] or "none"


def in_words(event: kinds.Event) -> str:
    if isinstance(event, Preparing):
        return _preparing(event)
    if isinstance(event, Breaking):
        return _breaking(event)
    if isinstance(event, Measuring):
        return _measuring(event)
    if isinstance(event, Signing):
        return sign_words(event)
    return _of_people(event)


def _of_people(event: Calling | Thinking | Acting | Ending) -> str:
    if isinstance(event, Calling):
        return _calling(event)
    if isinstance(event, Thinking):
        return _thinking(event)
    if isinstance(event, Acting):
        return _acting(event)
    return _ending(event)


def _preparing(event: Preparing) -> str:
    match event:
        case kinds.RunOpened():
            team = f" for {printable(event.team)}" if event.team else ""
            return f"Run opened{team}: {printable(event.exercise)}, {event.minutes} min, {event.users} users"
        case kinds.StepDone():
            return f"Prepared: {printable(event.step)} ({event.took_ms / 1000:.1f} s)"
        case kinds.LoadStarted():
            return f"Load started: {event.users} users, {event.requests_per_second} requests a second"
        case kinds.SteadyStateProved():
            window = spoken(event.window_ms)
            return f"Steady state proved: {event.bad} of {event.offered} requests failed in {window}, p95 {event.p95_ms} ms"
        case _:
            assert_never(event)


def _breaking(event: Breaking) -> str:
    match event:
        case kinds.FaultArmed():
            return f"The remedy for fault {event.fault + 1} was written down before it went in"
        case kinds.FaultInjected():
            revision = f" (revision {short(event.revision)})" if event.revision else ""
            return f"Fault {event.fault + 1} went into service{revision}"
        case kinds.LaterChangeMade(revision=""):
            return "A legitimate change did not come: it did not fit the files any more"
        case kinds.LaterChangeMade():
            return f"A legitimate change followed (revision {short(event.revision)})"
        case kinds.FaultMended():
            return f"Fault {event.fault + 1} was undone by the owners of its layer"
        case kinds.ServiceDied():
            return f"Platform: {printable(event.service)} died: {printable(event.what)}"
        case _:
            assert_never(event)


def _measuring(event: Measuring) -> str:
    match event:
        case kinds.LoadSampled():
            good = percent(1 - event.bad / event.offered) if event.offered else "none offered,"
            return f"{good} of {event.offered} requests good, {event.limbo} of {event.users} users in limbo"
        case kinds.ImpactDetected():
            return f"Impact begins: users' requests fail ({margin(event.uncertainty_ms)})"
        case kinds.RecoveryDetected():
            return f"Service recovered ({margin(event.uncertainty_ms)})"
        case kinds.DriftSeen():
            return "Drift: " + "; ".join(printable(field) for field in event.fields)
        case kinds.DriftCleared():
            return "Drift gone: file, running state and approved configuration agree"
        case _:
            assert_never(event)


def _calling(event: Calling) -> str:
    match event:
        case kinds.Paged():
            return f"Page {printable(event.alert)}: {printable(event.text)}"
        case kinds.PageCleared():
            return f"Page {printable(event.alert)} cleared"
        case kinds.Acknowledged():
            return "Page acknowledged"
        case kinds.MessageReceived():
            return f"Message: {printable(event.text)}"
        case kinds.Escalated():
            return f"Escalated. Reply: {printable(event.reply)}"
        case kinds.HandedOver():
            return f"Handed over to the owners of {printable(event.layer)}. Reply: {printable(event.reply)}"
        case _:
            assert_never(event)


def _thinking(event: Thinking) -> str:
    match event:
        case kinds.HintTaken():
            return f"Hint {event.hint} taken ({event.cost} points): {printable(event.text)}"
        case kinds.NoteWritten():
            return f"Note: {printable(event.text)}"
        case kinds.ResponderReplaced():
            return f"Handed over to the next shift: {printable(event.note)}"
        case kinds.UpdatePosted():
            return f"Status update: {printable(event.text)}"
        case kinds.LookedAt():
            return f"Looked at {printable(event.layer)} with {printable(event.instrument)}"
        case kinds.DiagnosisSubmitted():
            change = f", change {short(event.change)}" if event.change else ""
            where, how = (
                printable(event.component) or "no component",
                printable(event.mechanism) or "no mechanism",
            )
            scope = f"{percent(event.share, digits=0)} of {printable(event.cohort) or 'users'}"
            return f"Diagnosis: {where}, {how}{change}, {scope}"
        case kinds.Resolved():
            guard = f"; guard: {printable(event.guard)}" if event.guard else ""
            return f"Declared resolved{guard}"
        case _:
            assert_never(event)


def _acting(event: Acting) -> str:
    match event:
        case kinds.ConfigurationApplied():
            meaning = "; ".join(printable(line) for line in event.meaning)
            return (
                f"Applied {short(event.revision)}: {printable(event.message)}"
                + (f" ({meaning})" if meaning else "")
                + _papers(event.papers)
            )
        case kinds.ConfigurationRefused():
            return f"Refused at {event.stage}: " + "; ".join(printable(line) for line in event.words)
        case kinds.RuntimeActionTaken():
            return f"Runtime command: {printable(event.command)}" + _papers(event.papers)
        case kinds.ServiceActionTaken():
            return f"{PAST[event.action].capitalize()} {printable(event.service)}"
        case ChangeProposed():
            risks = printable(", ".join(event.risks)) or "not risky"
            return f"Proposed {printable(event.change)} ({risks}): {printable(event.why)}"
        case ChangePreviewed():
            return f"Preview of {printable(event.change)}: {printable('; '.join(tried_words(event.cohorts)))}"
        case DuelDealt():
            return f"{printable(event.change)} waits for a word, number {event.number} of {event.of}"
        case DuelWithdrawn():
            return f"Nobody said a word about number {event.number}: its author gave up"
        case ReviewGiven():
            said = f": {printable(event.text)}" if event.text else ""
            return f"Review of {printable(event.change)}: {VERDICTS[event.verdict]}{said}"
        case _:
            assert_never(event)


def _papers(papers: Papers) -> str:
    """What change control has to say of a change that was made."""
    if papers.emergency:
        return f". The glass was broken: {printable(papers.emergency)}"
    return f". Approved by {printable(', '.join(papers.approved_by))}" if papers.approved_by else ""


def _ending(event: Ending) -> str:
    match event:
        case kinds.RollbackJudged():
            reasons = "; ".join(printable(reason) for reason in event.reasons)
            verdict = f"Rollback judged: surgical {event.surgical}, no drift {event.drift}"
            return f"{verdict} ({reasons})" if reasons else verdict
        case kinds.Closed():
            return f"Run closed: {HOW[event.how]}" + (f" ({printable(event.reason)})" if event.reason else "")
        case kinds.AnswerRevealed():
            return f"Answer: {printable(event.component)}, {printable(event.mechanism)}, change {short(event.change)}"
        case DuelRevealed():
            return f"The truth about {len(event.truths)} proposed changes: {sum(one.good for one in event.truths)} were good"
        case kinds.ClockPaused():
            return f"Clock paused: {printable(event.reason)}"
        case kinds.ClockResumed():
            return "Clock resumed"
        case kinds.TimeExtended():
            return f"{event.minutes} more minutes: {printable(event.reason)}"
        case _:
            assert_never(event)
