"""The board as CSV that a spreadsheet shows and does not run, and as Markdown."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from game.core.contest.board import BoardView
    from game.core.contest.facts import ScoreCorrected

# What makes a spreadsheet take a cell for a formula, also after blanks; a tab or line break may begin a new cell.
FORMULA = re.compile(r"^[\s\u00a0]*[=+\-@|%\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]")


def safe(cell: str | float | None) -> str:
    """A cell: numbers as they are, texts as texts whatever they begin with."""
    if cell is None:
        return ""
    if isinstance(cell, int | float):
        return str(cell)
    text = cell.replace("\0", "")
    return f"'{text}" if FORMULA.match(text) else text


def table(heading: Sequence[str], rows: Iterable[Sequence[str | float | None]]) -> str:
    """RFC 4180, with a heading."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(heading)
    writer.writerows([safe(cell) for cell in row] for row in rows)
    return out.getvalue()


def standings_table(board: BoardView) -> str:
    heading = ("place", "shared", "team", "points", "last_round", "phase", "users_in_limbo")
    return table(
        heading,
        (
            (
                row.place,
                "yes" if row.shared else "no",
                row.name,
                row.points,
                row.round_points,
                row.phase,
                row.limbo,
            )
            for row in board.rows
        ),
    )


def corrections_table(corrections: Sequence[ScoreCorrected], names: dict[str, str]) -> str:
    return table(
        ("round", "team", "points", "reason"),
        ((one.round, names.get(one.team, one.team), one.points, one.reason) for one in corrections),
    )


def standings_markdown(board: BoardView) -> str:
    """A page with the result. What people wrote is escaped: a name is no markup."""
    lines = [f"# {_plain(board.title)}", "", "| place | team | points |", "|---:|---|---:|"]
    lines += [
        f"| {row.place}{' (shared)' if row.shared else ''} | {_plain(row.name)} | {row.points} |"
        for row in board.rows
    ]
    spread = "" if board.spread_ms is None else f"Spread of the fault moment: {board.spread_ms} ms. "
    return "\n".join([*lines, "", f"{spread}Journal: `{board.head}`", ""])


def _plain(text: str) -> str:
    return re.sub(r"([\\`*_{}\[\]()#+\-.!|<>&~])", r"\\\1", text)
