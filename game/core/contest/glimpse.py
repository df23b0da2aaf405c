"""What everybody may know of a run while it goes on: milestones and users, never what was found out or guessed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from game.core import timeline
from game.core.contest.standings import Result, result_of
from game.core.earnings import ACKNOWLEDGE, RECOVERY, worth
from game.core.events import LoadSampled
from game.core.score import score

if TYPE_CHECKING:
    from collections.abc import Sequence

    from game.core.events import Recorded
    from game.core.exercise import Par
    from game.core.run import RunState

SERIES_S = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    """`since_ms` counts from the fault."""

    since_ms: int
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunGlimpse:
    """`success`: share of good requests per second, the latest last, None where nothing was offered.

    `since_ms`: from the fault until now, or the end; `left_ms`: until the run times out, None before its fault and after
    its end; `sign`: its neon sign is lit; `provisional`: the points are those that everybody can reckon.
    """

    phase: str
    since_ms: int
    success: tuple[float | None, ...]
    limbo: int
    users: int
    milestones: tuple[Milestone, ...]
    paused: bool
    closed: str
    provisional: bool
    result: Result
    left_ms: int | None = None
    sign: bool = False


def live_glimpse(
    team: str, state: RunState, recent: Sequence[LoadSampled], at_ms: int, par: Par
) -> RunGlimpse:
    """A run that is open: its points are those of acknowledgement and recovery, by the par that everybody knows."""
    return _glimpse(state, recent, at_ms, _provisional(team, state, par))


def recorded_glimpse(
    team: str, events: Sequence[Recorded], par: Par | None, until_wall_ms: int | None
) -> RunGlimpse:
    """A run by its journal, as it stood at a moment; closed by then, it has its score."""
    known = [one for one in events if until_wall_ms is None or one.wall_ms <= until_wall_ms]
    state = timeline.fold(known)
    recent = [one.event for one in known[-SERIES_S * 8 :] if isinstance(one.event, LoadSampled)]
    earned = score(known)
    if state.revealed is not None or (state.closed is not None) or par is None:
        result = result_of(team, state, earned)
    else:
        result = _provisional(team, state, par)
    return _glimpse(state, recent, state.at_ms, result)


def _glimpse(state: RunState, recent: Sequence[LoadSampled], at_ms: int, result: Result) -> RunGlimpse:
    samples = recent[-SERIES_S:]
    fault_ms = state.fault_at_ms
    end_ms = state.closed.at_ms if state.closed else at_ms
    return RunGlimpse(
        phase=state.phase,
        since_ms=0 if fault_ms is None else max(0, end_ms - fault_ms),
        success=tuple(None if not one.offered else 1 - one.bad / one.offered for one in samples),
        limbo=samples[-1].limbo if samples else 0,
        users=samples[-1].users if samples else 0,
        milestones=milestones(state),
        paused=state.paused is not None and state.closed is None,
        closed=state.closed.event.how if state.closed else "",
        provisional=state.closed is None,
        result=result,
        left_ms=_left_ms(state, at_ms),
        sign=state.sign is not None and state.closed is None,
    )


def _left_ms(state: RunState, at_ms: int) -> int | None:
    ends_ms = state.ends_at_ms
    return None if state.closed or ends_ms is None else max(0, ends_ms - at_ms)


def _provisional(team: str, state: RunState, par: Par) -> Result:
    points = 0
    paged, ends = state.paged_at_ms, state.limit_at_ms
    if paged is not None and ends is not None:
        moments = (
            (ACKNOWLEDGE, state.acknowledged_at_ms, par.acknowledge_s),
            (RECOVERY, state.recovered_ms, par.recover_s),
        )
        points = sum(
            worth(of, elapsed_ms=at_ms - paged, par_ms=par_s * 1000, limit_ms=ends - paged)
            for of, at_ms, par_s in moments
            if at_ms is not None
        )
    recovered, fault_ms = state.recovered_ms, state.fault_at_ms
    return Result(
        team=team,
        points=points,
        failed=state.failed_after_page,
        recovered_ms=None if recovered is None or fault_ms is None else max(0, recovered - fault_ms),
        uncertainty_ms=state.recovery_uncertainty_ms or 0,
    )


def milestones(state: RunState) -> tuple[Milestone, ...]:
    """In the order in which they came. That a diagnosis was submitted is told, not what it says."""
    origin_ms = state.fault_at_ms
    if origin_ms is None:
        return ()
    moments = (
        (state.paged_at_ms, "paged"),
        (state.acknowledged_at_ms, "acknowledged"),
        (state.counted_diagnoses[0].at_ms if state.counted_diagnoses else None, "diagnosed"),
        (state.recovered_ms, "recovered"),
        (state.resolved_at_ms, "declared resolved"),
        (state.closed.at_ms if state.closed else None, "closed"),
    )
    found = [Milestone(since_ms=at_ms - origin_ms, what=what) for at_ms, what in moments if at_ms is not None]
    return tuple(sorted(found, key=lambda one: one.since_ms))
