"""The board in words: nothing told early, nothing by colour alone, twelve teams a page."""

from __future__ import annotations

from dataclasses import replace

from game.core.contest.board import BoardRow, BoardView, Tick
from game.core.phase import Phase
from game.web.board.glance import A_PAGE, STANDINGS, board_glance, standing

ROW = BoardRow(
    place=1, shared=False, team="t1", name="Ada", points=50, round_points=50, provisional=True, phase="paged",
    since_ms=61_000, success=(1.0, 0.7), limbo=15, users=50, paused=False, closed="", held=False,
)  # fmt: skip
BOARD = BoardView(
    title="Ball", stage="running", round=1, rounds=2, exercise="A third", elapsed_ms=61_000, left_ms=2_339_000,
    frozen=False, revealed="", announcement="", paused="", spread_ms=40, join_code="", head="", seq=9, rows=(ROW,),
    ticker=(Tick(since_ms=16_000, name="Ada", what="paged"),),
)  # fmt: skip


def test_every_phase_has_a_word_and_a_sign_of_its_own() -> None:
    assert {phase.value for phase in Phase} <= set(STANDINGS)
    loud = [one for phase, one in STANDINGS.items() if phase not in {"", "preparing", "steady", "faulted"}]
    assert len({one.word for one in loud}) == len(loud)
    assert len({one.sign for one in loud}) == len(loud)


def test_a_fault_that_nobody_was_paged_for_is_not_told() -> None:
    assert standing(replace(ROW, phase="steady")) == standing(replace(ROW, phase="faulted"))


def test_a_pause_is_shown_while_the_run_is_open() -> None:
    assert standing(replace(ROW, paused=True)).word == "paused"
    assert standing(replace(ROW, paused=True, closed="void", phase="void")).word == "void"


def test_a_wall_holds_twelve_teams_a_page() -> None:
    rows = tuple(replace(ROW, team=f"t{number}") for number in range(25))
    pages = board_glance(replace(BOARD, rows=rows)).pages
    assert [len(page) for page in pages] == [A_PAGE, A_PAGE, 1]
    assert board_glance(replace(BOARD, rows=())).pages == ((),)


def test_times_and_places_are_words() -> None:
    glance = board_glance(BOARD)
    assert (glance.clock, glance.left, glance.round) == ("1:01", "38:59", "Round 1 of 2")
    (line,) = glance.lines
    assert (line.place, line.clock, line.success, line.of_round) == ("1", "1:01", "70 %", "")
    assert glance.pager == "16000 Ada"
    shared = board_glance(replace(BOARD, round=2, rows=(replace(ROW, shared=True, place=3),)))
    assert (shared.lines[0].place, shared.lines[0].of_round) == ("=3", "+50")


def test_what_was_revealed_last_stands_out_and_its_page_is_shown() -> None:
    rows = tuple(replace(ROW, team=f"t{number}", held=number < 14) for number in range(15))
    glance = board_glance(replace(BOARD, rows=rows, frozen=True, revealed="t14", stage="over"))
    assert glance.just is not None
    assert (glance.just.row.team, glance.just_page, glance.hidden) == ("t14", 2, 14)
    assert not any(line.crown for line in glance.lines)
    over = board_glance(replace(BOARD, revealed="t1", stage="over"))
    assert over.lines[0].crown
    assert over.just_page == 0
