"""From a run's state to what the trainee sees of it at a glance: pure, and secret-free by its types."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from game.core.duel.bouts import bouts
from game.core.views import CohortView, DuelView, MessageView, PageView, RunView

if TYPE_CHECKING:
    from game.core.events import LoadSampled
    from game.core.exercise import Briefing
    from game.core.stack import Stack
    from game.core.timeline import RunState

SERIES_S = 60
RECENT_S = 5
MOST_DIAGNOSES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A run as it stands: its id, its state, its latest samples (oldest first), the run clock."""

    run: str
    state: RunState
    recent: tuple[LoadSampled, ...]
    at_ms: int


def overview(moment: Moment, briefing: Briefing, stack: Stack) -> RunView:
    state, recent = moment.state, moment.recent[-RECENT_S:]
    offered = sum(sample.offered for sample in recent)
    bad = sum(sample.bad for sample in recent)
    taken = len(state.hints)
    limit_ms = state.ends_at_ms
    return RunView(
        run=moment.run,
        code=briefing.code,
        title=briefing.title,
        brief=briefing.brief,
        phase=state.phase,
        seq=state.seq,
        clock_ms=moment.at_ms,
        limit_ms=limit_ms if limit_ms is not None else briefing.minutes * 60_000,
        since_page_ms=None if state.paged_at_ms is None else moment.at_ms - state.paged_at_ms,
        users=stack.users,
        limbo=recent[-1].limbo if recent else 0,
        success=None if offered == 0 else 1 - bad / offered,
        objective=stack.objective.success,
        objective_p95_ms=stack.objective.p95_ms,
        p95_ms=max((sample.p95_ms for sample in recent), default=0),
        page=_page(state),
        cohorts=tuple(_cohort(cohort.name, moment.recent) for cohort in stack.cohorts),
        limbo_series=tuple(sample.limbo for sample in moment.recent[-SERIES_S:]),
        messages=_messages(state),
        hints_taken=tuple(hint.event.text for hint in state.hints),
        next_hint_cost=briefing.hint_costs[taken] if taken < len(briefing.hint_costs) else None,
        diagnoses_left=max(0, MOST_DIAGNOSES - len(state.diagnoses)),
        recovered=state.recovery is not None,
        paused=state.paused is not None,
        closed="" if state.closed is None else state.closed.event.how,
        duel=_duel(moment),
        services=tuple(service.name for service in stack.services),
    )


def _duel(moment: Moment) -> DuelView | None:
    said = bouts(moment.state)
    if not said:
        return None
    last = said[-1]
    if last.settled:
        return DuelView(number=last.number, of=last.of, change="", by="", why="", left_ms=0)
    left_ms = max(0, last.dealt_ms + last.patience_ms - moment.at_ms)
    return DuelView(
        number=last.number, of=last.of, change=last.change, by=last.by, why=last.why, left_ms=left_ms
    )


def _page(state: RunState) -> PageView | None:
    page = state.open_page or state.page
    if page is None:
        return None
    return PageView(
        alert=page.event.alert,
        text=page.event.text,
        at_ms=page.at_ms,
        acknowledged=state.acknowledgement is not None,
        open=state.open_page is not None,
    )


def _messages(state: RunState) -> tuple[MessageView, ...]:
    said = [
        MessageView(at_ms=message.at_ms, sender=message.event.sender, text=message.event.text)
        for message in state.messages
    ]
    said += [
        MessageView(at_ms=reply.at_ms, sender="infrastructure on call", text=reply.event.reply)
        for reply in state.escalations
    ]
    said += [
        MessageView(at_ms=given.at_ms, sender=f"owners of {given.event.layer}", text=given.event.reply)
        for given in state.handovers
    ]
    if state.replaced is not None:
        note = state.replaced
        said.append(MessageView(at_ms=note.at_ms, sender="the shift before you", text=note.event.note))
    return tuple(sorted(said, key=lambda message: message.at_ms))


def _cohort(name: str, recent: tuple[LoadSampled, ...]) -> CohortView:
    samples = [
        next((cohort for cohort in sample.cohorts if cohort.cohort == name), None)
        for sample in recent[-SERIES_S:]
    ]
    return CohortView(
        cohort=name,
        offered=sum(sample.offered for sample in samples if sample is not None),
        success=tuple(
            None if sample is None or sample.offered == 0 else 1 - sample.bad / sample.offered
            for sample in samples
        ),
        p95_ms=tuple(0 if sample is None else sample.p95_ms for sample in samples),
    )
