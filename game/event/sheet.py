"""The run sheet at work: injects at their times, the freeze at its, the spread of the faults, the end of the round."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from game.core.contest import facts as fact
from game.core.events import FaultInjected
from game.director.clock import wall_ms
from game.errors import DanceoffError, Refused

if TYPE_CHECKING:
    from game.core.contest.floor import Round
    from game.event.record import Record
    from game.event.rounds import Rounds
    from game.event.seat import Seat
    from game.event.steering import Steering

LOOK_EVERY_S = 0.25


class Sheet:
    """A thread that looks a few times a second at what is due."""

    def __init__(self, record: Record, rounds: Rounds, steering: Steering) -> None:
        self._record = record
        self._rounds = rounds
        self._steering = steering
        self._taken_down: set[str] = set()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="event-sheet", daemon=True)
        # Why the last look failed; empty when it did not.
        self.failure = ""

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Begin nothing new; idempotent."""
        self._over.set()
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join()

    def look(self) -> None:
        """Do what is due now."""
        current = self._record.floor.round
        if current is None:
            return
        seats = self._rounds.playing
        for seat in seats.values():
            self._take_down(seat)
        self._steering.hold()
        if current.started_wall_ms is None or current.ended_wall_ms is not None:
            return
        self._measure(current, seats)
        self._by_time(current)
        if seats and len(seats) == len(current.playing) and not any(seat.open for seat in seats.values()):
            self._record.note(fact.RoundEnded(round=current.number, reason="every run has ended"))

    def _watch(self) -> None:
        while not self._over.wait(LOOK_EVERY_S):
            try:
                self.look()
            except Refused:
                # Somebody was faster: what is due was done by hand.
                continue
            except DanceoffError as error:
                self.failure = str(error)
            else:
                self.failure = ""

    def _take_down(self, seat: Seat) -> None:
        """The stack of a run that has ended is in the way of the others."""
        if seat.performance is not None and not seat.open and seat.run not in self._taken_down:
            self._taken_down.add(seat.run)
            self._rounds.take_down(seat)

    def _measure(self, current: Round, seats: dict[str, Seat]) -> None:
        """Record the spread once the faults of all that started together are in."""
        if current.spread is not None:
            return
        started = self._started(current)
        moments = [
            fact.FaultMoment(team=team, wall_ms=wall)
            for team, seat in seats.items()
            if team in started and (wall := _fault_wall_ms(seat)) is not None
        ]
        expected = [team for team, seat in seats.items() if team in started and seat.open]
        if not moments or not set(expected) <= {one.team for one in moments}:
            return
        walls = [one.wall_ms for one in moments]
        spread_ms = max(walls) - min(walls)
        self._record.note(
            fact.SpreadMeasured(round=current.number, spread_ms=spread_ms, moments=tuple(moments))
        )

    def _started(self, current: Round) -> tuple[str, ...]:
        """Teams that went through the barrier together, with the run that they went with."""
        return next(
            (
                one.event.teams
                for one in self._record.noted()
                if isinstance(one.event, fact.RoundStarted) and one.event.round == current.number
            ),
            (),
        )

    def _by_time(self, current: Round) -> None:
        elapsed_s = current.elapsed_ms(wall_ms()) // 1000
        plan = current.plan
        if plan.freeze_after_s and elapsed_s >= plan.freeze_after_s and current.frozen_wall_ms is None:
            self._steering.freeze()
        for number, inject in enumerate(plan.injects, start=1):
            if number not in current.injected and elapsed_s >= inject.after_s:
                self._steering.inject(inject.sender, inject.text, inject.teams, number=number)


def _fault_wall_ms(seat: Seat) -> int | None:
    """When the run's first fault was in, by its journal."""
    if seat.performance is None:
        return None
    return next(
        (one.wall_ms for one in seat.performance.conductor.events() if isinstance(one.event, FaultInjected)),
        None,
    )
