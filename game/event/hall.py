"""The hall of a dance-off: one event in one process. Made by `open_hall(plan, store, runtime)`.

Its public surface. Everything may be called from any thread and is durable when it returns; Refused says that it is not the
moment for it, UsageError that it makes no sense.

    doors      key, code(team=""), token(team), guest(credential) -> Guest | None, join(code, member, team="") -> credential,
               enrol(name) -> Team, team(id) -> Team, take_role(guest, role), seen(guest), present(team, member)
    rounds     prepare(plan=None), ready() -> teams at the barrier, go(anyway=False), late(team), restart(team, reason),
               void(team, reason), end(reason), performance(team) -> Performance | None, playing -> seats by team
    steering   pause(reason, team=""), resume(team=""), extend(minutes, reason, team=""), correct(id, team, points, reason),
               announce(text), hint(team, text), inject(sender, text, teams=()), freeze(), reveal() -> team
    itself     state -> Floor, noted(after) -> facts, board() -> BoardView, standings() -> BoardView (not frozen),
               floor() -> FloorView, answer_key() -> AnswerView, events_of(run), journal_lines(stream),
               wait_for(condition, timeout_s), end(reason), close(reason), leave()

A spectator gets `board()` and nothing else; `standings()`, `floor()`, `answer_key()` and `exports.Exports(hall)` are the
facilitator's. Slow things (opening and closing stacks) happen in threads of the hall's own; `floor()` tells how far they are.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from game.core.contest import facts as fact
from game.core.contest import names
from game.core.contest.board import Frame, board
from game.director.aftermath import close_dangling
from game.director.clock import wall_ms
from game.event.doors import Doors
from game.event.floor_view import AnswerView, answer_view, floor_view
from game.event.keys import Keys, keys
from game.event.lines import Lines
from game.event.means import Means
from game.event.playbill import Playbill
from game.event.record import Record
from game.event.rounds import Rounds
from game.event.sheet import Sheet
from game.event.steering import Steering
from game.journal import Journal, sqlite_url
from game.lab.home import home
from game.lab.runtime.waiting import until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from game.core.contest.board import BoardView, FloorView
    from game.core.contest.facts import Noted
    from game.core.contest.floor import Floor
    from game.core.contest.plan import EventPlan
    from game.core.events import Ending, Recorded
    from game.lab.runtime.choice import RuntimeName

# What is awaited lies in many runs, and looking at all of them takes a moment.
STEP_S = 0.05


class Hall:
    """See the top of this file."""

    def __init__(self, record: Record, journal: Journal, mine: Keys, means: Means) -> None:
        """Take the event's journal and keys, and what its runs are played with."""
        self.means = means
        self._record = record
        self._journal = journal
        self._playbill = Playbill(record)
        self.doors = Doors(record, mine)
        self.rounds = Rounds(record, self.doors, self._playbill, means)
        self._lines = Lines(journal, record, self.rounds, self._playbill)
        self.steering = Steering(record, self.doors, self.rounds, self._lines)
        self._sheet = Sheet(record, self.rounds, self.steering)
        self._sheet.start()

    @property
    def name(self) -> str:
        return self._record.name

    @property
    def state(self) -> Floor:
        return self._record.floor

    def noted(self, after: int = 0) -> tuple[Noted, ...]:
        """The event's facts with a greater number."""
        return self._record.noted(after)

    def board(self) -> BoardView:
        """What everybody may see."""
        return board(self.state, self._lines.present(), self._frame(), frozen=True)

    def standings(self) -> BoardView:
        """The board as things are, whatever is frozen: for the facilitator."""
        return board(self.state, self._lines.present(), self._frame(), frozen=False)

    def floor(self) -> FloorView:
        """What the facilitator sees: never for anybody else."""
        seen = floor_view(self.standings(), self.state, self.doors, self.rounds, self._lines)
        return replace(seen, trouble=self._sheet.failure)

    def answer_key(self) -> AnswerView:
        """The present round's answer: never for anybody but the facilitator."""
        return answer_view(self._playbill.exercise(self.rounds.current.plan))

    def events_of(self, run: str) -> tuple[Recorded, ...]:
        """The facts of a run of this event."""
        return self._lines.events(run)

    def journal_lines(self, stream: str) -> Iterator[str]:
        """A journal as it is exported: of a run, or of the event itself (`event-NAME`)."""
        return self._journal.export(stream)

    def wait_for(self, condition: Callable[[Hall], bool], timeout_s: float) -> bool:
        """Wait until the hall satisfies a condition; False when the time is over."""
        return until(lambda: condition(self), timeout_s, STEP_S)

    def end(self, reason: str) -> None:
        """End the event for good; who looks at it can go on doing so."""
        said = names.line(reason, "a reason")
        self._record.require_open()
        current = self.state.round
        if current is not None and current.ended_wall_ms is None:
            self.rounds.end(said)
        self._record.note(fact.EventClosed(reason=said))

    def close(self, reason: str) -> None:
        """End the event for good, and leave it."""
        self.end(reason)
        self.leave()

    def leave(self, how: Ending = "interrupted", reason: str = "the event's program was stopped") -> None:
        """Take every stack down and let the journal go; the event can be taken up again. Idempotent."""
        self._sheet.stop()
        self.rounds.leave(how, reason)
        self._record.close()
        self._journal.close()

    def _frame(self) -> Frame:
        present = self._playbill.present
        return Frame(
            wall_ms=wall_ms(),
            exercise=present.briefing.title if present else "",
            join_code=self.doors.code() if self.doors.open_enrolment else "",
            head=self._record.head,
        )


def open_hall(plan: EventPlan, store: str = "", runtime: RuntimeName = "process") -> Hall:
    """Open an event, or take it up again where a former process left it: then its runs have ended as interrupted.

    `store` is the URL of the journal, by default this machine's own; `runtime` what stacks are run with.
    """
    place = home()
    place.make()
    url = store or sqlite_url(place.journal)
    journal = Journal.open(url)
    try:
        record = Record(journal, plan.opened.name)
        closed = close_dangling(journal)
        floor = record.floor
        if floor.opened is None:
            enrolled = [
                fact.TeamEnrolled(team=f"t{number}", name=names.name(name, "team name"))
                for number, name in enumerate(plan.teams, start=1)
            ]
            record.note(plan.opened, *enrolled)
        else:
            mine = {one.run for each in floor.rounds for one in each.assignments}
            record.note(fact.Reopened(interrupted=tuple(sorted(mine & set(closed)))))
        means = Means(store=url, runtime=runtime)
        return Hall(record, journal, keys(place.path / "events", plan.opened.name), means)
    except BaseException:
        journal.close()
        raise
