"""A hall whose runs are played from recorded journals: everything of an event is real but the stacks."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast
from unittest import mock

from game.core.contest import facts as fact
from game.core.events import AnswerRevealed, LoadSampled
from game.core.timeline import fold
from game.director.conductor import Glimpse
from game.event.hall import Hall, open_hall
from tests import journals
from tests.events import event_plan
from tests.unit.web.recorded import RecordedRun

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from game.core.contest.facts import Inject
    from game.core.events import Recorded
    from game.event.seat import Seat

NAMES = (
    "Night shift", "Ada & Grace", "Kernel Panik", "Les Pannes", "Zürich Süd", "Team Rückrolle", "The Quiet Ones",
    "Пульс", "Ομάδα Δέλτα", "Blame Canary", "Five Nines", "One Nine",
)  # fmt: skip


@dataclass
class RecordedConductor:
    """Looks at the run's journal as it is at the run's moment; a moment is looked at once."""

    run: RecordedRun
    broken: None = None
    _looked: tuple[int, Glimpse] | None = None

    def events(self, after: int = 0) -> tuple[Recorded, ...]:
        return tuple(one for one in self.run._so_far() if one.seq > after)

    def glimpse(self) -> Glimpse:
        moment, known = self.run.until_ms, self._looked
        if known is None or known[0] != moment:
            known = self._looked = (moment, self._look())
        return known[1]

    def _look(self) -> Glimpse:
        so_far = self.run._so_far()
        state = fold(so_far)
        recent = [one.event for one in so_far if isinstance(one.event, LoadSampled)][-120:]
        progress = SimpleNamespace(recent=recent, injected=len(state.faults), revisions=())
        return Glimpse(state=state, progress=cast("Any", progress), at_ms=so_far[-1].at_ms if so_far else 0)


@dataclass
class SeatedRun(RecordedRun):
    """What the hall asks of a run, beside what its pages do; remembers what it was told."""

    told_of: list[tuple[str, ...]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.conductor = RecordedConductor(self)
        self.exercise = SimpleNamespace(answer=SimpleNamespace(component="haproxy"), faults=(1,))

    def halt(self, reason: str) -> None:
        self.told_of.append(("halt", reason))

    def go_on(self) -> None:
        self.told_of.append(("go on",))

    def extend(self, minutes: int, reason: str) -> None:
        self.told_of.append(("extend", str(minutes), reason))

    def tell(self, sender: str, text: str) -> None:
        self.told_of.append(("tell", sender, text))


@dataclass
class RecordedSeat:
    team: str
    performance: SeatedRun
    progress: str = "ready"
    failure: str = ""
    health: str = ""
    steady: bool = True

    @property
    def run(self) -> str:
        return self.performance.run

    @property
    def ready(self) -> bool:
        return self.steady and self.open

    @property
    def open(self) -> bool:
        return self.performance.conductor.glimpse().state.closed is None

    @property
    def answer(self) -> AnswerRevealed | None:
        return next(
            (one.event for one in self.performance.journal if isinstance(one.event, AnswerRevealed)), None
        )

    def close(self, how: str, reason: str) -> None:
        del how, reason
        self.performance.until_ms = 10**9


@dataclass
class Ball:
    """An open hall and its seats; `team(n)` is the run of team tn."""

    hall: Hall
    seats: list[RecordedSeat] = field(default_factory=list)

    def team(self, number: int) -> SeatedRun:
        return self.seats[number - 1].performance


def ball(
    root: Path, names: Sequence[str] = NAMES, *, injects: tuple[Inject, ...] = (), rounds: int = 2
) -> Ball:
    """An event whose teams are known and whose first round has not begun; the home must be the test's own."""
    (root / "runs").mkdir(exist_ok=True)
    return Ball(hall=open_hall(event_plan(*names, injects=injects, rounds=rounds)))


def dance(opened: Ball, root: Path, acts: Sequence[tuple[tuple[Recorded, ...], int]]) -> None:
    """Begin a round: team n plays the nth journal and is at the nth moment (ms on the run clock) now."""
    hall, now_ms = opened.hall, time.time_ns() // 10**6
    plan = hall._playbill.planned(len(hall.state.rounds))
    number = len(hall.state.rounds) + 1
    latest = max(min(until_ms, journal[-1].at_ms) for journal, until_ms in acts)
    began_ms = now_ms - latest + round(journals.FAULT_S * 1000)
    with mock.patch("game.event.record.wall_ms", return_value=began_ms):
        hall._record.note(fact.RoundPrepared(round=number, plan=plan))
        for index, (journal, until_ms) in enumerate(acts, start=1):
            run = f"r{number}t{index}"
            hall._record.note(fact.RunAssigned(round=number, team=f"t{index}", run=run))
            shift = now_ms - latest + 13 * (index * 7 % 11)
            mine = tuple(replace(one, wall_ms=shift + one.at_ms) for one in journal)
            folder = root / "runs" / run
            folder.mkdir()
            played = SeatedRun(root=folder, run=run, journal=mine, until_ms=until_ms)
            seat = RecordedSeat(team=f"t{index}", performance=played)
            opened.seats.append(seat)
            hall.rounds._seats[run] = cast("Seat", seat)
        teams = tuple(f"t{index}" for index in range(1, len(acts) + 1))
        hall._record.note(fact.RoundStarted(round=number, teams=teams))


def keep(opened: Ball) -> None:
    """Write the runs' journals to the store, as real runs would have."""
    for seat in opened.seats:
        writer = opened.hall._journal.writer(seat.run)
        writer.append(tuple((one.at_ms, one.wall_ms, one.event) for one in seat.performance._so_far()))
        writer.close()
