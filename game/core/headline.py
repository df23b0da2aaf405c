"""The debrief in one sentence and a few more: systems and roles, effects and times, nobody's fault."""

from __future__ import annotations

from typing import TYPE_CHECKING

from game.core.duel.bouts import tally
from game.core.durations import percent, spoken
from game.core.milestones import diagnosed_at_ms
from game.core.taxonomy import COMPONENTS
from game.core.text import printable

if TYPE_CHECKING:
    from game.core.impact import Impact
    from game.core.run import RunState


def headline(state: RunState, harm: Impact) -> str:
    if state.opened is None:
        return "Nothing was recorded"
    if state.closed is None:
        return "The run is open: this is what is known so far"
    if state.closed.event.how == "void":
        return "This run does not count: the platform failed, not the team"
    duel = tally(state)
    if duel is not None:
        return f"A review duel: {duel.words}"
    if not state.faults:
        return "The run ended before anything broke"
    if state.revealed is not None and state.revealed.event.component == "none":
        return "Nothing was broken: the alarm was false"
    if not harm.stretches:
        return "The run ended before users were hurt"
    for_how_long = f"for {spoken(harm.unhealthy_ms)}"
    if not harm.recovered:
        for_how_long += ", until the run ended"
    return f"{cause(state)} kept {affected(harm)} from logging in {for_how_long}"


def cause(state: RunState) -> str:
    """What it was, as a thing: the component, and whether a change or a fault of its own."""
    if state.revealed is None:
        return "An incident"
    answer = state.revealed.event
    where = next(
        (term.words for term in COMPONENTS if term.id == answer.component), printable(answer.component)
    )
    return f"A change to the {where}" if answer.change else f"A fault in the {where}"


def affected(harm: Impact) -> str:
    return f"about {percent(harm.share, digits=0)} of users" if harm.share else "users"


def summary(state: RunState, harm: Impact) -> tuple[str, ...]:
    """Sentences that follow the headline: how it was noticed, understood and ended, and what it cost."""
    sentences = [*_reason(state), *_course(state, harm)]
    if harm.offered and harm.stretches:
        sentences.append(
            f"{harm.failed:,} of {harm.offered:,} requests failed; together users spent"
            f" {harm.limbo_minutes:.0f} minutes in limbo, at most {harm.limbo_peak} of {harm.users} at once."
        )
    return tuple(sentences)


def _reason(state: RunState) -> tuple[str, ...]:
    if state.closed is None or not state.closed.event.reason:
        return ()
    reason = printable(state.closed.event.reason)
    return (f"{reason[:1].upper()}{reason[1:]}.",)


def _course(state: RunState, harm: Impact) -> list[str]:
    if not harm.stretches or state.closed is None:
        return []
    onset_ms = harm.stretches[0].onset_ms
    found = []
    if state.paged_at_ms is not None:
        found.append(f"The page came {spoken(state.paged_at_ms - onset_ms)} after the first failing request.")
    diagnosed_ms = diagnosed_at_ms(state)
    if diagnosed_ms is not None:
        found.append(f"The cause was identified after {spoken(diagnosed_ms - onset_ms)}.")
    elif state.revealed is not None:
        found.append("The cause was not identified during the run.")
    if harm.recovered:
        found.append(f"Service was healthy after {spoken((state.recovered_ms or onset_ms) - onset_ms)}.")
    if len(harm.stretches) > 1:
        found.append(
            f"It had seemed over before: users were hurt in {len(harm.stretches)} separate stretches."
        )
    return found
