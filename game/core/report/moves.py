"""The post-mortem of a run, drafted in the form of the original: timeline, impact, root cause, resolution, follow-ups.

Sober, or in dance language: the facts, times and names are the same, only the words around them dance.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from game.core.durations import percent, spoken
from game.core.ghost import Moment
from game.core.report.markdown import plain
from game.core.taxonomy import COMPONENTS, GUARDS, MECHANISMS, normalise
from game.core.timeline import fold
from game.core.verdict import same_revision

if TYPE_CHECKING:
    from collections.abc import Iterator

    from game.core.debrief import Debrief
    from game.core.run import RunState
    from game.core.taxonomy import Term

HEALTHY = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """The words around the facts. Every field has the same places to fill in both languages."""

    title: str
    moments: tuple[tuple[Moment, str], ...]
    impact: str
    nobody_hurt: str
    cause: str
    unnoticed: str
    resolution: str
    unresolved: str


SOBER = Language(
    title="Post-mortem: {code}",
    moments=(
        (Moment.PAGE, "Monitoring alerts; whoever is on call is paged."),
        (Moment.ACKNOWLEDGED, "The page is acknowledged; the investigation begins."),
        (Moment.DIAGNOSIS, "The cause is identified."),
        (Moment.RECOVERY, "Users can sign in again; the service is healthy."),
        (Moment.CLOSED, "The incident is closed after testing and validation."),
    ),
    impact="{share} of users could not sign in, for {long}; {failed} requests failed, {limbo} user-minutes in limbo.",
    nobody_hurt="No user was hurt.",
    cause="The {what}: {mechanism}. The change was {change}.",
    unnoticed="It went unnoticed because: {why}",
    resolution="What was changed was identified and taken back, then tested and validated: {undone}.",
    unresolved="The fault was still in service when the run ended.",
)
DANCE = Language(
    title="The night of the {code}",
    moments=(
        (Moment.PAGE, "The music stops and the band looks up: monitoring has noticed."),
        (Moment.ACKNOWLEDGED, "Somebody takes the floor."),
        (Moment.DIAGNOSIS, "The wrong step is found."),
        (Moment.RECOVERY, "The floor moves again; everybody is let in."),
        (Moment.CLOSED, "Last dance: tested, validated, lights out."),
    ),
    impact="{share} of the guests stood at the door, for {long}; {failed} knocks were not answered, {limbo} guest-minutes in limbo.",
    nobody_hurt="Nobody missed a step.",
    cause="The {what} had its own choreography: {mechanism}. The step was {change}.",
    unnoticed="Nobody saw it from the bar, because: {why}",
    resolution="The sober steps were put back, one by one and no more than those, then rehearsed: {undone}.",
    unresolved="The band was still out of step when the lights went on.",
)


def dance_moves(found: Debrief, *, dance: bool = False) -> str:
    """The draft in Markdown, of a closed run; sections that have nothing to say are left out."""
    language = DANCE if dance else SOBER
    code = plain(found.opened.exercise) if found.opened else "run"
    state = fold(found.events)
    parts = (
        ("", iter((f"# {language.title.format(code=code)}",))),
        ("Timeline", _timeline(found, language)),
        ("Impact", iter((_impact(found, language),))),
        ("Root cause", _cause(found, state, language)),
        ("Resolution", iter((_resolution(found, state, language),))),
        ("Follow-ups", _follow_ups(found)),
        ("Graded", _graded(state)),
    )
    told = ((title, "\n".join(body)) for title, body in parts)
    return "\n\n".join((f"## {title}\n\n" if title else "") + body for title, body in told if body) + "\n"


def _timeline(found: Debrief, language: Language) -> Iterator[str]:
    """Wall time, as a post-mortem has it; counted from when the run opened and its clock."""
    opened = datetime.fromtimestamp(found.opened_wall_ms / 1000, UTC)
    words = dict(language.moments)
    yield f"Times are UTC, {opened:%d %B %Y}.\n"
    yield f"- {_at(opened, found.origin.at_ms)} {plain(found.origin.what).capitalize()}."
    for one in found.milestones:
        if one.at_ms is not None:
            yield f"- {_at(opened, found.origin.at_ms + one.at_ms)} {words[one.moment]}"


def _at(opened: datetime, at_ms: int) -> str:
    return f"{opened + timedelta(milliseconds=at_ms):%H:%M:%S}"


def _impact(found: Debrief, language: Language) -> str:
    harm = found.impact
    if not harm.stretches:
        return language.nobody_hurt
    return language.impact.format(
        share=percent(harm.share, digits=0),
        long=spoken(harm.unhealthy_ms),
        failed=f"{harm.failed:,}",
        limbo=f"{harm.limbo_minutes:.1f}",
    )


def _cause(found: Debrief, state: RunState, language: Language) -> Iterator[str]:
    if found.what_changed is None or state.revealed is None:
        return
    answer = state.revealed.event
    what, mechanism = _words(answer.component, COMPONENTS), _words(answer.mechanism, MECHANISMS)
    if answer.component == HEALTHY:
        yield f"{what.capitalize()}: {mechanism}."
    else:
        change = found.what_changed.revision[:8] or "none that was recorded"
        yield language.cause.format(what=what, mechanism=mechanism, change=change)
    if found.lesson.unnoticed:
        yield "\n" + language.unnoticed.format(why=plain(found.lesson.unnoticed))


def _words(word: str, terms: tuple[Term, ...]) -> str:
    known = normalise(word, terms)
    return plain(next((term.words for term in terms if term.id == known), word))


def _resolution(found: Debrief, state: RunState, language: Language) -> str:
    if found.impact.stretches and not found.impact.recovered:
        return language.unresolved
    # What came into service by the script, the fault itself and later changes, is not what the team did about it.
    scripted = {*(fault.event.revision for fault in state.faults), *state.later_revisions}
    undone = (
        line for made in state.applied if made.event.revision not in scripted for line in made.event.meaning
    )
    return language.resolution.format(undone=plain("; ".join(undone)) or "nothing of the configuration")


def _follow_ups(found: Debrief) -> Iterator[str]:
    for number, one in enumerate(found.follow_ups, start=1):
        yield f"{number}. **{plain(one.what)}** (owner: {plain(one.owner)}): {plain(one.because)}."


def _graded(state: RunState) -> Iterator[str]:
    """Two things only: whether the record names the right change, and a guard that would have prevented it."""
    record = state.resolution.event if state.resolution else None
    answer = state.revealed.event if state.revealed else None
    if answer is None:
        return
    guards = {normalise(guard, GUARDS) or guard for guard in answer.guards}
    change = record is not None and same_revision(record.change, answer.change)
    guard = record is not None and normalise(record.guard, GUARDS) in guards
    yield f"- the change: {'right' if change else 'not the right one'}"
    yield f"- the guard: {'right' if guard else 'would not have prevented it'}"
