from __future__ import annotations

import dataclasses
import typing
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from game.core.contest import facts as fact
from game.core.contest.board import BoardView, Frame, Line, board, next_reveal, stage_of
from game.core.contest.glimpse import RunGlimpse, live_glimpse, recorded_glimpse
from game.core.contest.standings import Result
from game.core.exercise import Par
from game.core.timeline import fold
from tests.unit.core.contest.ball import START_MS, floor
from tests.unit.core.runs import PAGE_MS, Play

PAR = Par(acknowledge_s=60, diagnose_s=300, recover_s=420)
BASE = recorded_glimpse("t1", Play().recorded(), PAR, None)
FRAME = Frame(wall_ms=START_MS + 60_000)
SECRET = (
    "answer",
    "code",
    "key",
    "credential",
    "token",
    "component",
    "mechanism",
    "revision",
    "cohort",
    "diagnos",
)


def glimpse(team: str, points: int) -> RunGlimpse:
    return replace(BASE, result=Result(team=team, points=points, recovered_ms=points, failed=1))


def line(team: str, live: int, at_freeze: int | None = None) -> Line:
    frozen = None if at_freeze is None else glimpse(team, at_freeze)
    return Line(team=team, live=glimpse(team, live), at_freeze=frozen)


points = st.integers(0, 1000)


@settings(deadline=None)
@given(now=st.tuples(points, points), later=st.tuples(points, points), frozen=st.tuples(points, points))
def test_a_frozen_board_does_not_move(
    now: tuple[int, int], later: tuple[int, int], frozen: tuple[int, int]
) -> None:
    held = floor(fact.Frozen(round=1))
    moved = floor(
        fact.Frozen(round=1), fact.ScoreCorrected(id="1", round=1, team="t1", points=500, reason="late")
    )
    first = board(held, [line("t1", now[0], frozen[0]), line("t2", now[1], frozen[1])], FRAME)
    second = board(moved, [line("t1", later[0], frozen[0]), line("t2", later[1], frozen[1])], FRAME)
    assert first.rows == second.rows
    assert first.ticker == second.ticker
    assert first.frozen
    assert all(row.held for row in first.rows)


def test_lines_are_revealed_from_the_last_place_up() -> None:
    lines = [line("t1", 900, 0), line("t2", 100, 50)]
    held = floor(fact.Frozen(round=1))
    assert [(row.team, row.points) for row in board(held, lines, FRAME).rows] == [("t2", 50), ("t1", 0)]
    assert next_reveal(held, lines) == "t2"
    half = floor(fact.Frozen(round=1), fact.Revealed(round=1, team="t2"))
    assert [(row.team, row.points) for row in board(half, lines, FRAME).rows] == [("t2", 100), ("t1", 0)]
    assert next_reveal(half, lines) == "t1"
    whole = floor(fact.Frozen(round=1), fact.Revealed(round=1, team="t2"), fact.Revealed(round=1, team="t1"))
    shown = board(whole, lines, FRAME)
    assert [(row.team, row.points) for row in shown.rows] == [("t1", 900), ("t2", 100)]
    assert not shown.frozen
    assert next_reveal(whole, lines) == ""


def test_the_facilitators_board_is_never_frozen() -> None:
    lines = [line("t1", 900, 0), line("t2", 100, 50)]
    assert board(floor(fact.Frozen(round=1)), lines, FRAME, frozen=False).rows[0].points == 900


def test_corrections_and_earlier_rounds_count() -> None:
    corrected = floor(fact.ScoreCorrected(id="1", round=1, team="t2", points=30, reason="the projector fell"))
    earlier = replace(line("t2", 100), earlier=(Result(team="t2", points=400),))
    rows = board(corrected, [line("t1", 500), earlier], FRAME).rows
    assert [(row.name, row.points, row.round_points) for row in rows] == [
        ("Bob", 530, 100),
        ("Ada", 500, 500),
    ]


def test_a_spectators_view_has_no_place_for_a_secret() -> None:
    found = set(_fields(BoardView))
    assert {"rows", "place", "join_code", "ticker"} <= found
    leaking = [name for name in found - {"join_code"} if any(word in name for word in SECRET)]
    assert leaking == []


def _fields(kind: type) -> typing.Iterator[str]:
    hints = typing.get_type_hints(kind)
    for field in dataclasses.fields(kind):
        yield field.name
        for inner in (hints[field.name], *typing.get_args(hints[field.name])):
            if isinstance(inner, type) and dataclasses.is_dataclass(inner):
                yield from _fields(inner)


def test_an_open_run_shows_what_everybody_can_reckon() -> None:
    open_run = [one for one in Play().recorded() if one.at_ms < PAGE_MS + 350_000]
    shown = live_glimpse("t1", fold(open_run), (), PAGE_MS + 350_000, PAR)
    assert shown.provisional
    assert shown.result.points == 250  # 50 for the acknowledgement, 200 for the recovery, both within par.
    assert [one.what for one in shown.milestones] == ["paged", "acknowledged", "diagnosed", "recovered"]
    whole = recorded_glimpse("t1", Play().recorded(), PAR, None)
    assert (whole.provisional, whole.result.points, whole.closed) == (False, 1000, "resolved")


def test_a_run_as_it_was_at_a_moment() -> None:
    events = Play().recorded()
    until = events[0].wall_ms - events[0].at_ms + PAGE_MS + 40_000
    then = recorded_glimpse("t1", events, PAR, until)
    assert (then.phase, then.result.points, then.provisional) == ("acknowledged", 50, True)


def test_stages() -> None:
    assert stage_of(floor()) == "running"
    assert stage_of(floor(fact.RoundEnded(round=1, reason="x"))) == "over"
    assert stage_of(floor(fact.EventClosed(reason="x"))) == "closed"
