"""The rounds of an event: stacks prepared side by side, faults let go at one instant, runs replaced and ended."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

from game.core.contest import facts as fact
from game.core.contest import names
from game.director.opening import new_run_id
from game.director.order import Order
from game.errors import DanceoffError, Refused
from game.event.barrier import Barrier
from game.event.seat import Seat

if TYPE_CHECKING:
    from collections.abc import Mapping

    from game.core.contest.facts import RoundPlan
    from game.core.contest.floor import Assignment, Round
    from game.core.events import Ending
    from game.director.performance import Performance
    from game.event.doors import Doors
    from game.event.means import Means
    from game.event.playbill import Playbill
    from game.event.record import Record

# How often a stack is brought up for a team before somebody has to look.
MOST_ATTEMPTS = 3


class Rounds:
    """May be used from any thread. Stacks come up and go down in threads of their own."""

    def __init__(self, record: Record, doors: Doors, playbill: Playbill, means: Means) -> None:
        """`means`: what the runs are played with."""
        self._record = record
        self._doors = doors
        self._playbill = playbill
        self._means = means
        self._lock = threading.RLock()
        self._seats: dict[str, Seat] = {}
        self._barrier = Barrier()
        self._places = threading.Semaphore(max(1, os.cpu_count() or 1))
        self._closers: list[threading.Thread] = []

    def prepare(self, plan: RoundPlan | None = None) -> Round:
        """Prepare the next round for every team: the run sheet's, or one that is given. Returns at once."""
        self._record.require_open()
        with self._lock:
            floor = self._record.floor
            if floor.round is not None and floor.round.ended_wall_ms is None:
                raise Refused("a round is going on", hint="end it first")
            if not floor.teams:
                raise Refused("there is no team yet", hint="enrol one")
            chosen = plan or self._playbill.planned(len(floor.rounds))
            self._playbill.exercise(chosen)
            self._barrier = Barrier()
            self._record.note(fact.RoundPrepared(round=len(floor.rounds) + 1, plan=chosen))
            for team in floor.teams:
                self._seat(team.team)
            return self.current

    def ready(self) -> tuple[str, ...]:
        """The teams whose stacks are proved and wait for their fault."""
        return tuple(team for team, seat in self.playing.items() if seat.ready)

    def go(self, *, anyway: bool = False) -> None:
        """Let all faults come into service at one instant. `anyway`: without the teams that are not ready."""
        self._record.require_open()
        with self._lock:
            current = self.current
            if current.started_wall_ms is not None:
                raise Refused("this round has started", hint="a team that comes now comes late")
            waiting = [team for team, seat in self.playing.items() if not seat.ready]
            ready = self.ready()
            if (waiting and not anyway) or not ready:
                named = ", ".join(self._doors.team(team).name for team in waiting) or "anybody"
                raise Refused(f"not ready: {named}", hint="wait, restart their stacks, or start anyway")
            self._record.note(fact.RoundStarted(round=current.number, teams=ready))
            seats = self.playing
            self._barrier.go(seats[team].run for team in ready)
            for team in waiting:
                self._barrier.go_alone(seats[team].run)

    def late(self, team: str) -> None:
        """Give a team that has no run in this round one; its fault comes as soon as its stack is steady."""
        self._record.require_open()
        with self._lock:
            current = self.current
            if current.run_of(self._doors.team(team).team) is not None:
                raise Refused("the team has a run", hint="restart it")
            seat = self._seat(team)
            if current.started_wall_ms is not None:
                self._barrier.go_alone(seat.run)

    def end(self, reason: str) -> None:
        """End every run that is open, and the round. The debriefs are open from then on."""
        with self._lock:
            current = self.current
            self._record.note(fact.RoundEnded(round=current.number, reason=names.line(reason, "a reason")))
            started = current.started_wall_ms is not None
            for seat in self.playing.values():
                how: Ending = "timed-out" if started and seat.ready else "aborted"
                self._end_seat(seat, how, "the facilitator ended the round")

    def void(self, team: str, reason: str) -> None:
        """The team's run does not count; its stack is taken down."""
        self._voided(team, reason)

    def restart(self, team: str, reason: str) -> None:
        """Give a team a new stack and a new run in place of the present one, which does not count."""
        self._record.require_open()
        said = names.line(reason, "a reason")
        with self._lock:
            current = self.current
            before = self._assigned(current, team)
            if not before.voided:
                self._voided(team, said)
            seat = self._seat(team, instead_of=before.run, reason=said)
            if current.started_wall_ms is not None:
                self._barrier.go_alone(seat.run)

    def performance(self, team: str) -> Performance | None:
        """The team's present run, or its last one; None while it has none."""
        assignments = [
            one for each in self._record.floor.rounds for one in each.assignments if one.team == team
        ]
        with self._lock:
            seats = (self._seats.get(one.run) for one in reversed(assignments))
            return next((seat.performance for seat in seats if seat and seat.performance), None)

    @property
    def current(self) -> Round:
        """The latest round; Refused before there is one."""
        current = self._record.floor.round
        if current is None:
            raise Refused("there is no round yet", hint="prepare one")
        return current

    @property
    def playing(self) -> dict[str, Seat]:
        """The seats of the present round's runs, by team, as far as this process holds them."""
        current = self._record.floor.round
        with self._lock:
            assigned = (current.run_of(team) for team in current.playing) if current else ()
            return {one.team: self._seats[one.run] for one in assigned if one and one.run in self._seats}

    def performances(self, team: str = "") -> list[Performance]:
        """The open runs of a team, or of all."""
        seats = [seat for one, seat in self.playing.items() if team in {"", one} and seat.open]
        return [seat.performance for seat in seats if seat.performance is not None]

    def live(self) -> Mapping[str, Performance]:
        """Every run of this process whose stack came up, by its id."""
        with self._lock:
            return {run: seat.performance for run, seat in self._seats.items() if seat.performance}

    def take_down(self, seat: Seat) -> None:
        """Take down the stack of a run that is over; nobody waits for it any more."""
        self._barrier.withdraw(seat.run)
        self._end_seat(seat, "aborted", "the run was left")

    def leave(self, how: Ending, reason: str) -> None:
        """End every run and wait until its stack is down. Idempotent."""
        with self._lock:
            for seat in self._seats.values():
                self._end_seat(seat, how, reason)
            closers = tuple(self._closers)
        for closer in closers:
            closer.join()

    def _assigned(self, current: Round, team: str) -> Assignment:
        found = current.run_of(self._doors.team(team).team)
        if found is None:
            raise Refused("the team has no run in this round", hint="let it come late")
        return found

    def _seat(self, team: str, instead_of: str = "", reason: str = "") -> Seat:
        """Assign a run, durably, before it exists; then open it."""
        current = self.current
        run, barrier = new_run_id(), self._barrier
        self._record.note(
            fact.RunAssigned(round=current.number, team=team, run=run, instead_of=instead_of, reason=reason)
        )
        order = Order(
            code=current.plan.exercise,
            seed=current.plan.seed,
            team=self._doors.team(team).name,
            run=run,
            store=self._means.store,
            runtime=self._means.runtime,
            gate=barrier.gate(
                run,
                lambda: self._round_over(current.number),
                lambda: self._runs_beside(current.number, run),
            ),
            change_control=opened.change_control if (opened := self._record.floor.opened) else "as-exercise",
            partner="team" if len(self._doors.team(team).members) > 1 else "scripted",
        )
        seat = self._seats[run] = Seat(team, order, self._places, self._failed)
        seat.start()
        return seat

    def _failed(self, seat: Seat) -> None:
        """A run that never became steady is opened anew: mostly the machine was busy for a moment."""
        try:
            with self._lock:
                self._barrier.withdraw(seat.run)
                current = self.current
                mine = current.run_of(seat.team)
                if (
                    mine is not None
                    and mine.run == seat.run
                    and self._attempts(seat.team) < MOST_ATTEMPTS
                    and self._record.floor.closed is None
                ):
                    self.restart(seat.team, f"it did not become steady: {seat.failure}"[: names.LONGEST_TEXT])
        except DanceoffError as error:
            seat.failure = f"{seat.failure}; it could not be opened anew: {error}"

    def _attempts(self, team: str) -> int:
        return sum(one.team == team for one in self.current.assignments)

    def _voided(self, team: str, reason: str) -> None:
        said = names.line(reason, "a reason")
        with self._lock:
            run = self._assigned(self.current, team).run
            self._record.note(fact.RunVoided(run=run, reason=said))
            self._barrier.withdraw(run)
            if run in self._seats:
                self._end_seat(self._seats[run], "void", said)

    def _end_seat(self, seat: Seat, how: Ending, reason: str) -> None:
        closer = threading.Thread(
            target=seat.close, args=(how, reason), name=f"close-{seat.run}", daemon=True
        )
        self._closers = [one for one in self._closers if one.is_alive()]
        self._closers.append(closer)
        closer.start()

    def _runs_beside(self, number: int, run: str) -> tuple[str, ...]:
        """The other runs of a round."""
        assigned = (
            one for each in self._record.floor.rounds if each.number == number for one in each.assignments
        )
        return tuple(one.run for one in assigned if one.run != run)

    def _round_over(self, number: int) -> bool:
        rounds = self._record.floor.rounds
        return any(one.number == number and one.ended_wall_ms is not None for one in rounds)
