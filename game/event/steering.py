"""What a facilitator can do while a round goes on. Each act is a fact first; then it is carried out."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from game.core.contest import facts as fact
from game.core.contest import names
from game.core.contest.board import next_reveal
from game.errors import Refused, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from game.event.doors import Doors
    from game.event.lines import Lines
    from game.event.record import Record
    from game.event.rounds import Rounds

MOST_MINUTES = 240
MOST_POINTS = 1_000


class Steering:
    """May be used from any thread."""

    def __init__(self, record: Record, doors: Doors, rounds: Rounds, lines: Lines) -> None:
        self._record = record
        self._doors = doors
        self._rounds = rounds
        self._lines = lines
        self._lock = threading.RLock()

    def pause(self, reason: str, team: str = "") -> None:
        """Let the clocks of all stand, or that of one team."""
        said = names.line(reason, "a reason")
        with self._lock:
            self._record.note(fact.Paused(reason=said, team=self._one_or_all(team)))
            for performance in self._rounds.performances(team):
                performance.halt(said)

    def resume(self, team: str = "") -> None:
        with self._lock:
            if team and self._record.floor.why_paused("") and self._record.floor.why_paused(team):
                raise Refused("all clocks stand", hint="let all go on")
            self._record.note(fact.Resumed(team=self._one_or_all(team)))
            for performance in self._rounds.performances(team):
                performance.go_on()

    def hold(self) -> None:
        """Let the clocks of runs stand that became steady during a pause; called a few times a second."""
        with self._lock:
            for team, seat in self._rounds.playing.items():
                why = self._record.floor.why_paused(team)
                if why and seat.ready and seat.performance is not None:
                    seat.performance.halt(why)

    def extend(self, minutes: int, reason: str, team: str = "") -> None:
        """Give all teams more time, or one; what is earned over time falls as before."""
        if not 1 <= minutes <= MOST_MINUTES:
            raise UsageError(f"{minutes} minutes cannot be given", hint=f"1 to {MOST_MINUTES}")
        said = names.line(reason, "a reason")
        current, one = self._rounds.current, self._one_or_all(team)
        self._record.note(fact.Extended(round=current.number, minutes=minutes, reason=said, team=one))
        for performance in self._rounds.performances(team):
            # Whose run has just ended needs no more time.
            with suppress(Refused):
                performance.extend(minutes, said)

    def correct(self, correction: str, team: str, points: int, reason: str) -> None:
        """Add points to a team's total, or take some; `correction` is an id that makes a repetition harmless."""
        if not -1000 <= points <= 1000 or not points:
            raise UsageError(f"{points} points are no correction", hint="-1000 to 1000, not 0")
        self._record.note(
            fact.ScoreCorrected(
                id=correction,
                round=self._record.floor.round.number if self._record.floor.round else 0,
                team=self._doors.team(team).team,
                points=points,
                reason=names.line(reason, "a reason"),
            )
        )

    def announce(self, text: str) -> None:
        self._record.note(fact.Announced(text=names.line(text, "an announcement") if text.strip() else ""))

    def hint(self, team: str, text: str) -> None:
        """A hint by the facilitator, which costs nothing."""
        said = names.line(text, "a hint")
        current = self._rounds.current
        self._record.note(fact.HintSent(round=current.number, team=self._doors.team(team).team, text=said))
        self._tell((team,), "facilitator", said)

    def inject(self, sender: str, text: str, teams: tuple[str, ...] = (), *, number: int = 0) -> None:
        """A message to some teams, or to all. `number`: of the run sheet's inject, 0 for one by hand."""
        current = self._rounds.current
        who, said = names.name(sender, "sender"), names.line(text, "an inject")
        to = tuple(self._doors.team(team).team for team in teams) or current.playing
        self._record.note(
            fact.InjectSent(round=current.number, number=number, sender=who, text=said, teams=to)
        )
        self._tell(to, who, said)

    def freeze(self) -> None:
        """Let the board show what is known now, and no more, until it is revealed."""
        current = self._rounds.current
        if current.started_wall_ms is None:
            raise Refused("there is nothing to freeze yet", hint="start the round first")
        self._record.note(fact.Frozen(round=current.number))

    def reveal(self) -> str:
        """Reveal the next team's line, from the last place up; returns the team. Only once the round is over."""
        with self._lock:
            current = self._rounds.current
            if current.ended_wall_ms is None or any(seat.open for seat in self._rounds.playing.values()):
                raise Refused("the round is not over", hint="reveal when the last run has ended")
            team = next_reveal(self._record.floor, self._lines.present())
            if not team:
                raise Refused("nothing is hidden", hint="freeze the board during a round")
            self._record.note(fact.Revealed(round=current.number, team=team))
            return team

    def _tell(self, teams: Iterable[str], sender: str, text: str) -> None:
        """To every open run of these teams; one that has just ended hears nothing more."""
        for team in teams:
            for performance in self._rounds.performances(team):
                with suppress(Refused):
                    performance.tell(sender, text)

    def _one_or_all(self, team: str) -> str:
        return self._doors.team(team).team if team else ""
