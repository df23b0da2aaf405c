"""Score lines as bars: what was earned of what could be earned, and what was deducted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from game.core.charts.axes import Axis
from game.core.charts.drawing import bar, chart, hatch, line, text
from game.core.charts.table import Table
from game.core.markup import Markup, element, joined

if TYPE_CHECKING:
    from collections.abc import Sequence

    from game.core.charts.drawing import Sheet

TITLE = "Score lines"
ROW_WIDE, ROW_NARROW = 30, 42
SIGNS = {"full": "●", "part": "◐", "none": "○", "deducted": "\N{MINUS SIGN}"}
Grade = Literal["full", "part", "none", "deducted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """`of` is the most the line can earn; a deduction has negative points, and `of` 0."""

    label: str
    points: int
    of: int

    @property
    def grade(self) -> Grade:
        if self.points < 0:
            return "deducted"
        if self.points == 0:
            return "none"
        return "full" if self.points >= self.of else "part"

    @property
    def figure(self) -> str:
        if self.of:
            return f"{self.points} of {self.of}"
        return f"\N{MINUS SIGN}{-self.points}" if self.points else "0"


def points_chart(bars: Sequence[Bar], sheet: Sheet) -> Markup:
    row = ROW_NARROW if sheet.narrow else ROW_WIDE
    most = max((max(one.of, abs(one.points)) for one in bars), default=1) or 1
    across = Axis(
        low=0, high=most, start=24 if sheet.narrow else 268, end=sheet.width - (78 if sheet.narrow else 96)
    )
    name = f"{sheet.name}-deducted"
    rows = (_row(one, row * index, across, sheet) for index, one in enumerate(bars))
    total = sum(one.points for one in bars)
    return chart(
        sheet,
        hatch(name, "hatching strong"),
        *rows,
        height=row * max(len(bars), 1) + 4,
        title=TITLE,
        description=f"{total} points. " + "; ".join(f"{one.label}: {one.figure}" for one in bars) + ".",
    )


def points_table(bars: Sequence[Bar]) -> Table:
    return Table(
        caption=TITLE,
        columns=("line", "points", "of"),
        rows=tuple((one.label, str(one.points), str(one.of) if one.of else "deduction") for one in bars),
    )


def _row(one: Bar, top: float, across: Axis, sheet: Sheet) -> Markup:
    """Sign, label, an outline as long as what could be earned, filled as far as it was."""
    middle = top + (28 if sheet.narrow else ROW_WIDE / 2)
    end = across.place(max(one.of, abs(one.points)))
    label = (
        text(24, top + 14, one.label, kind="label")
        if sheet.narrow
        else text(24, middle + 4, one.label, kind="row")
    )
    sign = text(4, top + 14 if sheet.narrow else middle + 4, SIGNS[one.grade], kind=f"row {one.grade}")
    return joined(
        sign,
        label,
        _filled(one, across, middle, sheet),
        text(end + 10, middle + 4, one.figure, kind=f"label strong {one.grade}"),
    )


def _filled(one: Bar, across: Axis, middle: float, sheet: Sheet) -> Markup:
    top = middle - 5
    width = across.place(abs(one.points)) - across.start
    if one.grade == "deducted":
        outline = element(
            "rect",
            x=across.start,
            y=top,
            width=width,
            height=10,
            fill=f"url(#{sheet.name}-deducted)",
            class_="deduction",
        )
        return joined(outline, line(across.start, top, across.start, top + 10, kind="base"))
    return joined(
        bar(across.start, top, across.place(one.of) - across.start, 10, kind="track"),
        bar(across.start, top, width, 10, kind=f"earned {one.grade}"),
    )
