"""The floor at a glance, ready for templates: a line a team, what is next, and what can be done now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from game.core.charts.spark import spark
from game.core.durations import SECOND_MS, clock, percent, spoken
from game.web.board.glance import BoardGlance, Standing, board_glance, standing
from game.web.drawing import safe

if TYPE_CHECKING:
    from collections.abc import Callable

    from markupsafe import Markup

    from game.core.contest.board import FloorView, InjectView, MemberView, PlanView, TeamView


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A member; `here` if they have the page open or asked for something a moment ago."""

    name: str
    role: str
    here: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FloorLine:
    """A team in words. `trouble`: what is wrong with its stack, empty if nothing is; `members` counts who is here."""

    team: TeamView
    place: str
    standing: Standing
    clock: str
    success: str
    spark: Markup
    action: str
    ago: str
    innocent: str
    trouble: str
    here: int
    members: tuple[Seen, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class InjectLine:
    number: int
    at: str
    due: str
    sender: str
    text: str
    to: str
    sent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetLine:
    """A round of the run sheet. `state`: done, now, ahead."""

    number: int
    exercise: str
    state: str
    freeze: str
    injects: tuple[InjectLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FloorGlance:
    """`ready` of `playing` teams wait for their fault. `next_reveal`: the name whose line is next, empty if none is."""

    board: BoardGlance
    lines: tuple[FloorLine, ...]
    sheet: tuple[SheetLine, ...]
    next_inject: str
    next_reveal: str
    ready: int
    playing: int
    trouble: str
    planned: bool

    @property
    def names(self) -> dict[str, str]:
        return {line.team.row.team: line.team.row.name for line in self.lines}


def floor_glance(floor: FloorView, here: Callable[[str], tuple[str, ...]]) -> FloorGlance:
    """`here` tells which members of a team have its page open."""
    board = floor.board
    lines = tuple(_line(team, here(team.row.team)) for team in floor.teams)
    names = {team.row.team: team.row.name for team in floor.teams}
    waiting = [
        inject
        for plan in floor.sheet
        for inject in plan.injects
        if inject.in_s is not None and not inject.sent
    ]
    first = min(waiting, key=lambda inject: inject.in_s or 0, default=None)
    return FloorGlance(
        board=board_glance(board),
        lines=lines,
        sheet=tuple(_plan(plan, board.round, board.stage, names) for plan in floor.sheet),
        next_inject=""
        if first is None
        else f"{first.sender} in {clock(max(0, first.in_s or 0) * SECOND_MS)}",
        next_reveal=names.get(floor.next_reveal, ""),
        ready=sum(team.ready for team in floor.teams),
        playing=sum(bool(team.run) for team in floor.teams),
        planned=len(floor.sheet) > board.round,
        trouble=floor.trouble,
    )


def _line(team: TeamView, here: tuple[str, ...]) -> FloorLine:
    row = team.row
    known = next((one for one in reversed(row.success) if one is not None), None)
    members = tuple(_seen(member, here) for member in team.members)
    return FloorLine(
        team=team,
        place=f"={row.place}" if row.shared else f"{row.place}",
        standing=standing(row),
        clock=clock(row.since_ms) if row.since_ms else "",
        success="" if known is None else percent(known, digits=0),
        spark=safe(spark(row.success)),
        action=team.last_action,
        ago=f"{spoken(team.last_action_ms)} ago" if team.last_action else "",
        innocent=clock(team.innocent_s * SECOND_MS) if team.innocent_s else "",
        trouble=team.health,
        here=sum(member.here for member in members),
        members=members,
    )


def _seen(member: MemberView, here: tuple[str, ...]) -> Seen:
    return Seen(name=member.name, role=member.role, here=member.present or member.name in here)


def _plan(plan: PlanView, present: int, stage: str, names: dict[str, str]) -> SheetLine:
    over = plan.round < present or (plan.round == present and stage in {"over", "closed"})
    return SheetLine(
        number=plan.round,
        exercise=plan.exercise,
        state="done" if over else "now" if plan.round == present else "ahead",
        freeze=clock(plan.freeze_after_s * SECOND_MS) if plan.freeze_after_s else "",
        injects=tuple(_inject(inject, names) for inject in plan.injects),
    )


def _inject(inject: InjectView, names: dict[str, str]) -> InjectLine:
    due = "" if inject.in_s is None or inject.sent else f"in {clock(max(0, inject.in_s) * SECOND_MS)}"
    return InjectLine(
        number=inject.number,
        at=clock(inject.after_s * SECOND_MS),
        due=due,
        sender=inject.sender,
        text=inject.text,
        to=", ".join(names.get(team, team) for team in inject.teams) or "all",
        sent=inject.sent,
    )
