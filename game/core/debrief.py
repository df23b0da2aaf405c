"""Journal events -> the debrief: everything a blameless post-mortem says, as data. Reports only lay it out.

Works for every journal, however the run ended, and for one that has not ended: what is sealed until the close is then
empty, and times count from the page instead of the first failing request.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from game.core.attention import Attention, attention
from game.core.chronicle import Entry, chronicle
from game.core.duel.bouts import Bout, bouts
from game.core.findings import Finding, findings, in_taxonomy
from game.core.follow_ups import FollowUp, follow_ups, guard_words
from game.core.ghost import Mark, Runner
from game.core.handoff import Handoff, handoff
from game.core.headline import headline, summary
from game.core.impact import Impact, impact
from game.core.milestones import Milestone, milestones
from game.core.score import Score, score
from game.core.sealed import open_to_all
from game.core.taxonomy import COMPONENTS, MECHANISMS
from game.core.text import printable
from game.core.timeline import fold
from game.core.words import HOW

if TYPE_CHECKING:
    from collections.abc import Sequence

    from game.core.events import AnswerRevealed, Recorded, RunOpened
    from game.core.run import RunState
    from game.core.second.rounds import Rounds

__all__ = ["Debrief", "Lesson", "Origin", "WhatChanged", "debrief"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The zero of all times in a debrief: `at_ms` on the run clock, and what happened then, in words."""

    at_ms: int
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatChanged:
    """The guilty change and what became of it. `diff` is the whole of it; `undone`: what applying did, by meaning."""

    component: str
    mechanism: str
    revision: str
    diff: str
    later_revisions: tuple[str, ...]
    undone: tuple[str, ...]
    surgical: str
    drift: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """`unnoticed` and `guard` are the trainee's record; `signal`, `guards` and `text` (Markdown) the exercise's."""

    unnoticed: str
    guard: str
    signal: str
    guards: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Debrief:
    """`score` is None while the run is open. `events` are those that may be shown, for charts and replay.

    `best`: an earlier run of one's own that it is compared with, if there is one. `rounds`: both rounds, after a second one.
    `bouts`: of a duel, what was proposed and what was said of it.
    """

    opened: RunOpened | None
    opened_wall_ms: int
    ending: str
    headline: str
    summary: tuple[str, ...]
    origin: Origin
    impact: Impact
    milestones: tuple[Milestone, ...]
    entries: tuple[Entry, ...]
    attention: tuple[Attention, ...]
    what_changed: WhatChanged | None
    findings: tuple[Finding, ...]
    score: Score | None
    lesson: Lesson
    follow_ups: tuple[FollowUp, ...]
    events: tuple[Recorded, ...]
    best: Runner | None = None
    rounds: Rounds | None = None
    handoff: Handoff | None = None
    bouts: tuple[Bout, ...] = ()

    @property
    def missed(self) -> str:
        """What to say of a milestone without a time."""
        return "not yet" if self.score is None else "not reached"

    @property
    def compared(self) -> bool:
        """Whether times are since impact, and so comparable with the original outage."""
        return bool(self.impact.stretches) and self.origin.at_ms == self.impact.stretches[0].onset_ms


def debrief(
    events: Sequence[Recorded],
    rival: Sequence[Recorded] = (),
    both: Rounds | None = None,
    rival_name: str = "own best",
) -> Debrief:
    """`rival`: the journal of another run to race against, an earlier one of one's own unless `rival_name` says otherwise.

    `both`: this and the first round, if it is a second.
    """
    shown = open_to_all(events)
    state = unsealed(fold(events))
    answer = state.revealed.event if state.revealed else None
    harm = impact(shown)
    origin = _origin(state, harm)
    said = bouts(state) if state.closed is not None else ()
    best = runner(rival, rival_name) if rival and state.closed is not None else None
    return Debrief(
        opened=state.opened,
        opened_wall_ms=state.opened_wall_ms,
        ending=HOW[state.closed.event.how] if state.closed else "still open",
        headline=headline(state, harm),
        summary=summary(state, harm),
        origin=origin,
        impact=harm,
        milestones=milestones(state, origin_ms=origin.at_ms, best=best),
        entries=chronicle(shown, origin_ms=origin.at_ms),
        attention=attention(state),
        what_changed=_what_changed(state, answer) if answer and not said else None,
        findings=() if said else findings(state),
        score=score(events) if state.closed else None,
        lesson=_lesson(state, answer),
        follow_ups=follow_ups(state, harm),
        events=shown,
        best=best,
        rounds=both,
        handoff=handoff(shown),
        bouts=said,
    )


def runner(events: Sequence[Recorded], name: str) -> Runner:
    """A closed run's milestones since users were first hurt, to be raced against; without marks if nobody was hurt."""
    found = debrief(events)
    marks = tuple(
        Mark(moment=one.moment, at_ms=one.at_ms, uncertainty_ms=one.uncertainty_ms)
        for one in found.milestones
        if one.at_ms is not None and found.compared
    )
    return Runner(name=name, marks=marks)


def unsealed(state: RunState) -> RunState:
    """The state as it may be told: an open run has no answer and no judgement yet, whatever its journal holds."""
    return state if state.closed else replace(state, revealed=None, judged=None, later_revisions=())


def _origin(state: RunState, harm: Impact) -> Origin:
    if state.closed is not None:
        if harm.stretches:
            return Origin(at_ms=harm.stretches[0].onset_ms, what="the first failing request")
        if state.fault_at_ms is not None:
            return Origin(at_ms=state.fault_at_ms, what="the change went into service")
    if state.paged_at_ms is not None:
        return Origin(at_ms=state.paged_at_ms, what="the page")
    return Origin(at_ms=0, what="the run opened")


def _what_changed(state: RunState, answer: AnswerRevealed) -> WhatChanged:
    judged = state.judged.event if state.judged else None
    return WhatChanged(
        component=in_taxonomy(answer.component, COMPONENTS),
        mechanism=in_taxonomy(answer.mechanism, MECHANISMS),
        revision=printable(answer.change),
        diff=answer.diff,
        later_revisions=tuple(revision for revision in state.later_revisions if revision),
        undone=tuple(line for applied in state.applied for line in applied.event.meaning),
        surgical=judged.surgical if judged else "cannot-tell",
        drift=judged.drift if judged else "cannot-tell",
        reasons=judged.reasons if judged else ("the end state was not judged",),
    )


def _lesson(state: RunState, answer: AnswerRevealed | None) -> Lesson:
    record = state.resolution.event if state.resolution else None
    return Lesson(
        unnoticed=record.unnoticed.strip() if record else "",
        guard=guard_words(record.guard.strip()) if record and record.guard.strip() else "",
        signal=answer.signal if answer else "",
        guards=tuple(guard_words(guard) for guard in answer.guards) if answer else (),
        text=answer.text if answer else "",
    )
