"""Two looks at an event, by role. A spectator's has no field in which a secret could lie; the facilitator's has the codes.

Freezing is decided here and nowhere else: for a team that is not revealed yet, only what was known at the freeze goes in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from game.core.contest.standings import Result, corrected, overall, ranked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from game.core.contest.floor import Floor, Round, Team
    from game.core.contest.glimpse import RunGlimpse
    from game.core.contest.standings import Place

MOST_TICKS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """All that is known of a team: its run of this round as it is now and as it was at the freeze, and earlier results."""

    team: str
    live: RunGlimpse | None = None
    at_freeze: RunGlimpse | None = None
    earlier: tuple[Result, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardRow:
    """`points` of all rounds, `round_points` of this one, provisional until the run is scored.

    `since_ms`: since the fault. `held` if the line is as it was at the freeze.
    """

    place: int
    shared: bool
    team: str
    name: str
    points: int
    round_points: int
    provisional: bool
    phase: str
    since_ms: int
    success: tuple[float | None, ...]
    limbo: int
    users: int
    paused: bool
    closed: str
    held: bool
    sign: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A milestone of a team, `since_ms` after its fault."""

    since_ms: int
    name: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardView:
    """What hangs on the wall. `stage`: see `stage_of`; `head` is the digest of the event's journal; shares are 0-1.

    `join_code` is the event's, for teams that bring themselves; empty where they are enrolled by the facilitator.
    `revealed`: the team whose line was revealed last in this round, empty before any was.
    `left_ms`: until the last open run times out, None while none goes on; it is no secret, so it is never frozen.
    """

    title: str
    stage: str
    round: int
    rounds: int
    exercise: str
    elapsed_ms: int
    left_ms: int | None
    frozen: bool
    revealed: str
    announcement: str
    paused: str
    spread_ms: int | None
    join_code: str
    head: str
    seq: int
    rows: tuple[BoardRow, ...]
    ticker: tuple[Tick, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What a board needs besides the teams. `exercise`: title of the present one."""

    wall_ms: int
    exercise: str = ""
    join_code: str = ""
    head: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberView:
    member: str
    name: str
    role: str
    present: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamView:
    """A team as the facilitator sees it. `health`: what is wrong with its stack, empty if nothing is.

    `ready`: at the barrier. `innocent_s`: time spent looking at layers that are innocent. `wrong`: diagnoses with a wrong
    field. `last_action` in words, `last_action_ms` ago.
    """

    row: BoardRow
    code: str
    members: tuple[MemberView, ...]
    run: str
    progress: str
    ready: bool
    health: str
    hints: int
    diagnoses: int
    wrong: int
    innocent_s: int
    last_action: str
    last_action_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class InjectView:
    """`in_s`: seconds until it is due, None before the round started; `sent` if it was."""

    number: int
    after_s: int
    in_s: int | None
    sender: str
    text: str
    teams: tuple[str, ...]
    sent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanView:
    round: int
    exercise: str
    freeze_after_s: int
    injects: tuple[InjectView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FloorView:
    """Everything that the facilitator steers by. `board` is not frozen; `next_reveal` is the team whose line is next.

    `trouble`: why the run sheet could not be followed the last time, empty while it can.
    """

    board: BoardView
    teams: tuple[TeamView, ...]
    sheet: tuple[PlanView, ...]
    next_reveal: str
    trouble: str = ""


def stage_of(floor: Floor) -> str:
    """How far the event is: enrolling, preparing, running, over (of a round), closed."""
    if floor.closed is not None:
        return "closed"
    latest = floor.round
    if latest is None:
        return "enrolling"
    if latest.ended_wall_ms is not None:
        return "over"
    return "preparing" if latest.started_wall_ms is None else "running"


def standings(floor: Floor, lines: Sequence[Line], *, frozen: bool) -> tuple[Place, ...]:
    """Places over all rounds; `frozen` as the public may know them, else as they are."""
    return ranked(_total(floor, line, held=frozen and _held(floor.round, line.team)) for line in lines)


def board(floor: Floor, lines: Sequence[Line], frame: Frame, *, frozen: bool = True) -> BoardView:
    """The board; not `frozen` it is the facilitator's own."""
    latest, opened = floor.round, floor.opened
    known = {line.team: line for line in lines}
    rows = tuple(
        _row(floor, known[place.team], place, held=frozen and _held(latest, place.team))
        for place in standings(floor, lines, frozen=frozen)
    )
    return BoardView(
        title=opened.title if opened else "",
        stage=stage_of(floor),
        round=latest.number if latest else 0,
        rounds=max(len(opened.rounds) if opened else 0, len(floor.rounds)),
        exercise=frame.exercise,
        elapsed_ms=_elapsed_ms(latest, frame.wall_ms),
        left_ms=max((left for line in lines if (left := _left_ms(line)) is not None), default=None),
        frozen=latest is not None and latest.frozen,
        revealed=latest.revealed[-1] if latest and latest.revealed else "",
        announcement=floor.announcement,
        paused=floor.why_paused(""),
        spread_ms=latest.spread.spread_ms if latest and latest.spread else None,
        join_code=frame.join_code,
        head=frame.head,
        seq=floor.seq,
        rows=rows,
        ticker=_ticker(floor, lines, frozen=frozen),
    )


def next_reveal(floor: Floor, lines: Sequence[Line]) -> str:
    """The team whose line is revealed next: of those not revealed, the one that is last as things really are."""
    latest = floor.round
    if latest is None or not latest.frozen:
        return ""
    places = standings(floor, lines, frozen=False)
    waiting = [one.team for one in places if one.team in latest.playing and one.team not in latest.revealed]
    return waiting[-1] if waiting else ""


def _held(latest: Round | None, team: str) -> bool:
    return latest is not None and latest.frozen and team not in latest.revealed


def _total(floor: Floor, line: Line, *, held: bool) -> Result:
    glimpse = line.at_freeze if held else line.live
    results = (*line.earlier, *((glimpse.result,) if glimpse else ()))
    total = overall(results) if results else Result(team=line.team, points=0, counts=False)
    until = floor.round.frozen_wall_ms if held and floor.round else None
    changes = (
        correction.points
        for correction, wall_ms in zip(floor.corrections, floor.corrected_wall_ms, strict=True)
        if correction.team == line.team and (until is None or wall_ms <= until)
    )
    return corrected(total, changes)


def _row(floor: Floor, line: Line, place: Place, *, held: bool) -> BoardRow:
    glimpse = line.at_freeze if held else line.live
    team = floor.team(line.team)
    return BoardRow(
        place=place.place,
        shared=place.shared,
        team=line.team,
        name=_named(team, line.team),
        points=place.result.points,
        round_points=glimpse.result.points if glimpse else 0,
        provisional=glimpse.provisional if glimpse else False,
        phase=glimpse.phase if glimpse else "",
        since_ms=glimpse.since_ms if glimpse else 0,
        success=glimpse.success if glimpse else (),
        limbo=glimpse.limbo if glimpse else 0,
        users=glimpse.users if glimpse else 0,
        paused=glimpse.paused if glimpse else False,
        sign=glimpse.sign if glimpse else False,
        closed=glimpse.closed if glimpse else "",
        held=held,
    )


def _named(team: Team | None, otherwise: str) -> str:
    return team.name if team else otherwise


def _left_ms(line: Line) -> int | None:
    return line.live.left_ms if line.live else None


def _elapsed_ms(latest: Round | None, wall_ms: int) -> int:
    if latest is None:
        return 0
    return latest.elapsed_ms(wall_ms if latest.ended_wall_ms is None else latest.ended_wall_ms)


def _ticker(floor: Floor, lines: Sequence[Line], *, frozen: bool) -> tuple[Tick, ...]:
    """The latest milestones of this round, the newest first."""
    ticks = [
        Tick(since_ms=one.since_ms, name=_named(floor.team(line.team), line.team), what=one.what)
        for line in lines
        for glimpse in (line.at_freeze if frozen and _held(floor.round, line.team) else line.live,)
        if glimpse is not None
        for one in glimpse.milestones
    ]
    return tuple(sorted(ticks, key=lambda tick: (-tick.since_ms, tick.name, tick.what))[:MOST_TICKS])
