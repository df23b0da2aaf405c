"""What a facilitator can do, a row a deed: what it is called, what it does, and the question before what cannot be undone.

Every deed is a fact of the event before it is carried out. `does` takes the house and the form, and tells what was done.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from game.core.contest.facts import RoundPlan
from game.errors import AlreadyRecorded, UsageError
from game.event.preflight import measure, preflight

if TYPE_CHECKING:
    from collections.abc import Callable

    from game.event.hall import Hall
    from game.web.facilitator.form import Form
    from game.web.hall_house import HallHouse

    Does = Callable[[HallHouse, Form], str]

MOST_SEED = 2**31 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """`path` follows /facilitator. `question` is asked before what hurts, `answer` is the button that says yes to it.

    A question may ask for a `reason`, which is part of the record.
    """

    path: str
    does: Does
    question: Callable[[Hall, Form], str] | None = None
    answer: str = ""
    reason: bool = False


def enrol(house: HallHouse, form: Form) -> str:
    names = form.lines("names")
    if not names:
        raise UsageError("no name was given", hint="one team a line")
    made = [house.hall.doors.enrol(name).name for name in names]
    return f"{', '.join(made)}: enrolled"


def prepare(house: HallHouse, form: Form) -> str:
    hall = house.hall
    preflight(max(1, len(hall.state.teams)), hall.means.runtime).require(
        insist=house.insist or form.ticked("insist")
    )
    plan = None
    if form.text("exercise"):
        seed = form.number("seed") if form.text("seed") else 1
        if not 0 <= seed <= MOST_SEED:
            raise UsageError(f"{seed} is no seed", hint=f"0 to {MOST_SEED}")
        plan = RoundPlan(exercise=form.word("exercise"), seed=seed)
    made = hall.rounds.prepare(plan)
    return f"round {made.number}: stacks come up for {len(made.playing)} teams"


def start(house: HallHouse, _form: Form) -> str:
    house.hall.rounds.go()
    return "go: every fault comes into service at one instant"


def start_anyway(house: HallHouse, _form: Form) -> str:
    house.hall.rounds.go(anyway=True)
    return "go: the others come late, by themselves"


def end(house: HallHouse, form: Form) -> str:
    house.hall.rounds.end(form.text("reason"))
    return "the round is over; the debriefs are open"


def pause(house: HallHouse, form: Form) -> str:
    house.hall.steering.pause(form.text("reason"), form.text("team"))
    return f"the clock stands: {_whom(house.hall, form)}"


def resume(house: HallHouse, form: Form) -> str:
    house.hall.steering.resume(form.text("team"))
    return f"the clock goes on: {_whom(house.hall, form)}"


def extend(house: HallHouse, form: Form) -> str:
    minutes = form.number("minutes")
    house.hall.steering.extend(minutes, form.text("reason"), form.text("team"))
    return f"{minutes} more minutes: {_whom(house.hall, form)}"


def freeze(house: HallHouse, _form: Form) -> str:
    house.hall.steering.freeze()
    return "the board is frozen"


def reveal(house: HallHouse, _form: Form) -> str:
    return f"{house.hall.doors.team(house.hall.steering.reveal()).name}: revealed"


def inject(house: HallHouse, form: Form) -> str:
    team = form.text("team")
    house.hall.steering.inject(form.text("sender"), form.text("text"), (team,) if team else ())
    return f"said: {_whom(house.hall, form)}"


def inject_planned(house: HallHouse, form: Form) -> str:
    """The run sheet's inject, before its time."""
    hall, number = house.hall, form.number("number")
    injects = hall.rounds.current.plan.injects
    if not 1 <= number <= len(injects):
        raise UsageError(f"the run sheet has no inject {number}", hint=f"1 to {len(injects)}")
    if number in hall.rounds.current.injected:
        raise UsageError(f"inject {number} was sent already", hint="send one by hand")
    planned = injects[number - 1]
    hall.steering.inject(planned.sender, planned.text, planned.teams, number=number)
    return f"inject {number} was sent"


def hint(house: HallHouse, form: Form) -> str:
    house.hall.steering.hint(form.text("team"), form.text("text"))
    return f"{_whom(house.hall, form)}: has the hint, free of charge"


def announce(house: HallHouse, form: Form) -> str:
    house.hall.steering.announce(form.text("text"))
    return "announced on the board" if form.text("text") else "the announcement is taken down"


def correct(house: HallHouse, form: Form) -> str:
    points = form.number("points")
    try:
        house.hall.steering.correct(form.word("id"), form.text("team"), points, form.text("reason"))
    except AlreadyRecorded:
        return "this correction was recorded already, and counts once"
    return f"{_whom(house.hall, form)}: {points:+d} points"


def restart(house: HallHouse, form: Form) -> str:
    house.hall.rounds.restart(form.text("team"), form.text("reason"))
    return f"{_whom(house.hall, form)}: a new stack comes up; the run before does not count"


def void(house: HallHouse, form: Form) -> str:
    house.hall.rounds.void(form.text("team"), form.text("reason"))
    return f"{_whom(house.hall, form)}: the run does not count"


def late(house: HallHouse, form: Form) -> str:
    house.hall.rounds.late(form.text("team"))
    return f"{_whom(house.hall, form)}: comes late; a stack comes up"


def close(house: HallHouse, form: Form) -> str:
    house.hall.end(form.text("reason"))
    return "the event is over; the exports stay"


def weigh(house: HallHouse, _form: Form) -> str:
    stacks = house.hall.rounds.performances()
    cost = measure(one.root for one in stacks)
    return f"a stack takes {cost.cores:.2f} cores and {cost.memory_mb} MB here, of {len(stacks)} measured"


def _whom(hall: Hall, form: Form) -> str:
    team = form.text("team")
    return hall.doors.team(team).name if team else "all teams"


DEEDS = (
    Deed(path="/teams", does=enrol),
    Deed(path="/rounds", does=prepare),
    Deed(path="/start", does=start),
    Deed(
        path="/start-anyway",
        does=start_anyway,
        question=lambda _hall, _form: (
            "Start without the teams that are not ready? They come late, by themselves."
        ),
        answer="Start without them",
    ),
    Deed(
        path="/end",
        does=end,
        question=lambda hall, _form: (
            f"End round {hall.rounds.current.number} for everybody? Open runs end as they stand, and the answer is told."
        ),
        answer="End the round",
        reason=True,
    ),
    Deed(path="/pause", does=pause),
    Deed(path="/resume", does=resume),
    Deed(path="/extension", does=extend),
    Deed(
        path="/freeze",
        does=freeze,
        question=lambda _hall, _form: (
            "Freeze the board? It stands still until the round is over and every line is revealed."
        ),
        answer="Freeze it",
    ),
    Deed(path="/reveal", does=reveal),
    Deed(path="/injects", does=inject),
    Deed(path="/sheet", does=inject_planned),
    Deed(path="/hints", does=hint),
    Deed(path="/announcement", does=announce),
    Deed(path="/corrections", does=correct),
    Deed(
        path="/restart",
        does=restart,
        question=lambda hall, form: (
            f"Give {_whom(hall, form)} a new stack? Their present run is void, and they begin anew."
        ),
        answer="Restart the stack",
        reason=True,
    ),
    Deed(
        path="/void",
        does=void,
        question=lambda hall, form: (
            f"Make the run of {_whom(hall, form)} void? Its stack is taken down, and it counts for nothing."
        ),
        answer="Make it void",
        reason=True,
    ),
    Deed(path="/late", does=late),
    Deed(path="/cost", does=weigh),
    Deed(
        path="/close",
        does=close,
        question=lambda _hall, _form: (
            "End the whole event? Nothing can be played in it any more; board and exports stay."
        ),
        answer="End the event",
        reason=True,
    ),
)
