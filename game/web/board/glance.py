"""The board at a glance, ready for templates: words, signs and drawings made of the spectators' view and of nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from game.core.charts.spark import spark
from game.core.durations import clock, percent
from game.web.drawing import safe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

    from game.core.contest.board import BoardRow, BoardView

A_PAGE = 12
MOST_NEWS = 12
STAGES = {
    "enrolling": "Teams come in",
    "preparing": "Stacks come up",
    "running": "On the floor",
    "over": "The round is over",
    "closed": "The event is over",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A phase in a word, a sign and a tone (dim, calm, alarm, waiting, good); never told by colour alone."""

    word: str
    sign: str
    tone: str


# Whether the fault is in already is not for the board to tell: a quiet team is a quiet team.
QUIET = Standing(word="quiet", sign="○", tone="calm")
STANDINGS = {
    "": Standing(word="waiting", sign="·", tone="dim"),
    "preparing": Standing(word="getting ready", sign="·", tone="dim"),
    "steady": QUIET,
    "faulted": QUIET,
    "paged": Standing(word="paged", sign="▲", tone="alarm"),
    "acknowledged": Standing(word="acknowledged", sign="△", tone="waiting"),
    "diagnosed": Standing(word="diagnosed", sign="◆", tone="waiting"),
    "recovered": Standing(word="recovered", sign="●", tone="good"),
    "validated": Standing(word="validated", sign="✓", tone="good"),
    "timed-out": Standing(word="out of time", sign="✗", tone="alarm"),
    "aborted": Standing(word="stopped", sign="■", tone="dim"),
    "void": Standing(word="void", sign="-", tone="dim"),
}
PAUSED = Standing(word="paused", sign="‖", tone="waiting")
SIGNS = {
    "paged": "▲", "acknowledged": "△", "diagnosed": "◆", "recovered": "●", "declared resolved": "□", "closed": "■",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardLine:
    """`place` as it is read: 3, or =3 for a place that is shared. `of_round` is empty where it would repeat the points."""

    row: BoardRow
    place: str
    standing: Standing
    clock: str
    of_round: str
    success: str
    spark: Markup
    crown: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    at: str
    sign: str
    name: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardGlance:
    """`hidden`: lines that are not revealed; `just`: the one that was revealed last, on page `just_page` (0 for none). `pages` of the wall hold twelve lines each. `pager`: the last page that went out."""

    board: BoardView
    stage: str
    round: str
    clock: str
    left: str
    spread: str
    hidden: int
    just: BoardLine | None
    just_page: int
    lines: tuple[BoardLine, ...]
    pages: tuple[tuple[BoardLine, ...], ...]
    news: tuple[News, ...]
    pager: str


def board_glance(board: BoardView) -> BoardGlance:
    several = board.round > 1
    place = next((index for index, row in enumerate(board.rows) if row.team == board.revealed), None)
    lines = tuple(_line(row, board, several=several) for row in board.rows)
    return BoardGlance(
        board=board,
        stage=STAGES.get(board.stage, board.stage),
        round=_round(board),
        clock=clock(board.elapsed_ms) if board.elapsed_ms else "",
        left="" if board.left_ms is None or board.stage != "running" else clock(board.left_ms),
        spread="" if board.spread_ms is None else f"{board.spread_ms} ms",
        hidden=sum(row.held and bool(row.phase) for row in board.rows),
        just=None if place is None else lines[place],
        just_page=0 if place is None or not board.frozen else place // A_PAGE + 1,
        lines=lines,
        pages=tuple(lines[begin : begin + A_PAGE] for begin in range(0, max(len(lines), 1), A_PAGE)),
        news=tuple(_news(board)),
        pager=next((f"{tick.since_ms} {tick.name}" for tick in board.ticker if tick.what == "paged"), ""),
    )


def standing(row: BoardRow) -> Standing:
    return PAUSED if row.paused and not row.closed else STANDINGS.get(row.phase, QUIET)


def _line(row: BoardRow, board: BoardView, *, several: bool) -> BoardLine:
    known = next((one for one in reversed(row.success) if one is not None), None)
    return BoardLine(
        row=row,
        place=f"={row.place}" if row.shared else f"{row.place}",
        standing=standing(row),
        clock=clock(row.since_ms) if row.since_ms else "",
        of_round=f"{row.round_points:+d}" if several and row.phase else "",
        success="" if known is None else percent(known, digits=0),
        spark=safe(spark(row.success)),
        crown=row.place == 1 and row.points > 0 and board.stage in {"over", "closed"} and not board.frozen,
    )


def _round(board: BoardView) -> str:
    if not board.round:
        return f"{board.rounds} rounds" if board.rounds > 1 else ""
    return f"Round {board.round} of {board.rounds}" if board.rounds > 1 else "One round"


def _news(board: BoardView) -> Sequence[News]:
    return [
        News(at=clock(tick.since_ms), sign=SIGNS.get(tick.what, "·"), name=tick.name, what=tick.what)
        for tick in board.ticker[:MOST_NEWS]
    ]
