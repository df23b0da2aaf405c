"""The facilitator's look at an event: what every team does, how its stack is, what is next on the run sheet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from game.core.contest.board import FloorView, InjectView, MemberView, PlanView, TeamView, next_reveal
from game.core.events import (
    ConfigurationApplied,
    DiagnosisSubmitted,
    LookedAt,
    RuntimeActionTaken,
    ServiceActionTaken,
)
from game.core.verdict import grade_diagnosis
from game.core.words import in_words
from game.director.clock import wall_ms

if TYPE_CHECKING:
    from game.core.contest.board import BoardRow, BoardView
    from game.core.contest.facts import RoundPlan
    from game.core.contest.floor import Floor
    from game.core.events import AnswerRevealed
    from game.core.exercise import Exercise
    from game.core.run import RunState
    from game.director.performance import Performance
    from game.event.doors import Doors
    from game.event.lines import Lines
    from game.event.rounds import Rounds
    from game.event.seat import Seat

ACTS = (ConfigurationApplied, RuntimeActionTaken, ServiceActionTaken, DiagnosisSubmitted, LookedAt)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerView:
    """An exercise's answer, for the facilitator alone. `share` of users 0-1."""

    component: str
    mechanism: str
    also: tuple[str, ...]
    change: str
    share: float
    cohort: str
    guards: tuple[str, ...]
    signal: str
    debrief: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Doing:
    """What a team does at the moment."""

    hints: int = 0
    diagnoses: int = 0
    wrong: int = 0
    innocent_s: int = 0
    last_action: str = ""
    last_action_ms: int = 0


def answer_view(exercise: Exercise) -> AnswerView:
    answer = exercise.answer
    return AnswerView(
        component=answer.component,
        mechanism=answer.mechanism,
        also=answer.also,
        change=answer.change,
        share=answer.scope_share,
        cohort=answer.scope_cohort,
        guards=answer.guards,
        signal=answer.signal,
        debrief=answer.debrief,
    )


def floor_view(whole: BoardView, floor: Floor, doors: Doors, rounds: Rounds, lines: Lines) -> FloorView:
    """`whole`: the board as things are, not frozen."""
    seats = rounds.playing
    return FloorView(
        board=whole,
        teams=tuple(_team(row, floor, doors, seats.get(row.team)) for row in whole.rows),
        sheet=_sheet(floor),
        next_reveal=next_reveal(floor, lines.present()),
    )


def _team(row: BoardRow, floor: Floor, doors: Doors, seat: Seat | None) -> TeamView:
    team = doors.team(row.team)
    doing = _doing(seat, seat.performance) if seat and seat.performance else _Doing()
    assignment = floor.round.run_of(row.team) if floor.round else None
    return TeamView(
        row=row,
        code=doors.code(row.team),
        members=tuple(
            MemberView(
                member=one.member,
                name=one.name,
                role=one.role,
                present=doors.present(row.team, one.member),
            )
            for one in team.members
        ),
        run=assignment.run if assignment else "",
        progress=seat.progress if seat else "",
        ready=seat.ready if seat else False,
        health=seat.health if seat else "",
        hints=doing.hints,
        diagnoses=doing.diagnoses,
        wrong=doing.wrong,
        innocent_s=doing.innocent_s,
        last_action=doing.last_action,
        last_action_ms=doing.last_action_ms,
    )


def _doing(seat: Seat, performance: Performance) -> _Doing:
    now = performance.conductor.glimpse()
    state, guilty = now.state, performance.exercise.answer.component
    acts = [one for one in performance.conductor.events() if isinstance(one.event, ACTS)]
    return _Doing(
        hints=len(state.hints),
        diagnoses=len(state.counted_diagnoses),
        wrong=_wrong(state, seat.answer) if state.counted_diagnoses else 0,
        innocent_s=sum(one.spent_ms for one in state.looked if one.layer != guilty) // 1000,
        last_action=in_words(acts[-1].event) if acts else "",
        last_action_ms=max(0, now.at_ms - acts[-1].at_ms) if acts else 0,
    )


def _wrong(state: RunState, answer: AnswerRevealed | None) -> int:
    """How many diagnoses have a field that is wrong."""
    if answer is None:
        return 0
    verdicts = [grade_diagnosis(one.event, answer) for one in state.counted_diagnoses]
    return sum(
        "wrong" in {one.component.judgement, one.mechanism.judgement, one.change.judgement}
        for one in verdicts
    )


def _sheet(floor: Floor) -> tuple[PlanView, ...]:
    """Every round that was, is, or is planned."""
    planned = floor.opened.rounds if floor.opened else ()
    plans = (*(one.plan for one in floor.rounds), *planned[len(floor.rounds) :])
    return tuple(_plan(floor, number, plan) for number, plan in enumerate(plans, start=1))


def _plan(floor: Floor, number: int, plan: RoundPlan) -> PlanView:
    known = next((one for one in floor.rounds if one.number == number), None)
    started = known is not None and known.started_wall_ms is not None and known.ended_wall_ms is None
    elapsed_s = known.elapsed_ms(wall_ms()) // 1000 if known else 0
    injects = tuple(
        InjectView(
            number=place,
            after_s=inject.after_s,
            in_s=inject.after_s - elapsed_s if started else None,
            sender=inject.sender,
            text=inject.text,
            teams=inject.teams,
            sent=known is not None and place in known.injected,
        )
        for place, inject in enumerate(plan.injects, start=1)
    )
    return PlanView(round=number, exercise=plan.exercise, freeze_after_s=plan.freeze_after_s, injects=injects)
