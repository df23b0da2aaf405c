"""What is known of every team, put together from live runs and from the journals of those that ended."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from game.core import timeline
from game.core.contest.board import Line
from game.core.contest.glimpse import live_glimpse, recorded_glimpse
from game.core.contest.standings import Result, result_of
from game.core.score import score

if TYPE_CHECKING:
    from collections.abc import Mapping

    from game.core.contest.floor import Assignment, Floor, Round
    from game.core.contest.glimpse import RunGlimpse
    from game.core.events import Recorded
    from game.core.exercise import Par
    from game.director.performance import Performance
    from game.event.playbill import Playbill
    from game.event.record import Record
    from game.event.rounds import Rounds
    from game.journal import Journal


class Lines:
    """Glimpses of runs that cannot change any more are kept; the others are made anew."""

    def __init__(self, journal: Journal, record: Record, rounds: Rounds, playbill: Playbill) -> None:
        self._journal = journal
        self._record = record
        self._rounds = rounds
        self._playbill = playbill
        self._kept: dict[tuple[str, int | None], RunGlimpse] = {}
        self._results: dict[str, Result] = {}
        self._lock = threading.Lock()

    def present(self) -> tuple[Line, ...]:
        """A line a team, as things are now."""
        floor, live = self._record.floor, self._rounds.live()
        exercise = self._playbill.present
        par = exercise.briefing.par if exercise else None
        return tuple(self._line(floor, team.team, live, par) for team in floor.teams)

    def events(self, run: str) -> tuple[Recorded, ...]:
        """A run's facts, wherever they are."""
        performance = self._rounds.live().get(run)
        return performance.conductor.events() if performance is not None else self._journal.read(run)

    def result(self, assignment: Assignment) -> Result:
        """What a run of a former round came to."""
        if assignment.voided:
            return Result(team=assignment.team, points=0, counts=False)
        with self._lock:
            kept = self._results.get(assignment.run)
        if kept is not None:
            return kept
        events = self.events(assignment.run)
        state = timeline.fold(events)
        found = result_of(assignment.team, state, score(events))
        if state.closed is not None:
            with self._lock:
                self._results[assignment.run] = found
        return found

    def _line(self, floor: Floor, team: str, live: Mapping[str, Performance], par: Par | None) -> Line:
        present = floor.round
        earlier = tuple(
            self.result(assignment)
            for one in floor.rounds[:-1]
            if (assignment := one.run_of(team)) is not None
        )
        assignment = present.run_of(team) if present else None
        if present is None or assignment is None:
            return Line(team=team, earlier=earlier)
        glimpse = self._live(assignment, live, par)
        return Line(
            team=team,
            live=glimpse,
            at_freeze=self._at_freeze(present, assignment, par),
            earlier=earlier,
        )

    def _live(self, assignment: Assignment, live: Mapping[str, Performance], par: Par | None) -> RunGlimpse:
        performance = live.get(assignment.run)
        if performance is not None and par is not None:
            now = performance.conductor.glimpse()
            if now.state.closed is None:
                glimpse = live_glimpse(assignment.team, now.state, now.progress.recent, now.at_ms, par)
                return _counted(glimpse, assignment)
        return _counted(self._recorded(assignment, par, None), assignment)

    def _at_freeze(self, present: Round, assignment: Assignment, par: Par | None) -> RunGlimpse | None:
        if present.frozen_wall_ms is None:
            return None
        return _counted(self._recorded(assignment, par, present.frozen_wall_ms), assignment)

    def _recorded(self, assignment: Assignment, par: Par | None, until: int | None) -> RunGlimpse:
        """As it stood at a moment; kept once nothing can come to it any more."""
        key = (assignment.run, until)
        with self._lock:
            kept = self._kept.get(key)
        if kept is not None:
            return kept
        events = self.events(assignment.run)
        glimpse = recorded_glimpse(assignment.team, events, par, until)
        over = glimpse.closed and any(type(one.event).__name__ == "AnswerRevealed" for one in events[-3:])
        if until is not None or over:
            with self._lock:
                self._kept[key] = glimpse
        return glimpse


def _counted(glimpse: RunGlimpse, assignment: Assignment) -> RunGlimpse:
    """A run that was made void counts for nothing, whatever it came to."""
    if not assignment.voided:
        return glimpse
    none = Result(team=assignment.team, points=0, counts=False)
    return replace(glimpse, phase="void", closed="void", result=none)
