"""Failing requests of each cohort on one clock, a row each: who is hurt, and who is not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from game.core.charts.axes import Axis
from game.core.charts.drawing import chart, line, polygon, polyline, text
from game.core.charts.scene import Plot, time_axis, time_ticks, unhealthy_spans
from game.core.charts.success import runs_of
from game.core.charts.table import Table
from game.core.durations import percent
from game.core.markup import Markup, joined
from game.core.series import merged

if TYPE_CHECKING:
    from game.core.charts.drawing import Sheet
    from game.core.charts.scene import Scene
    from game.core.series import Reading

TITLE = "Failing requests by cohort"
ROW = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """One cohort; `offered` and `bad` count the unhealthy stretches only."""

    cohort: str
    readings: tuple[Reading, ...]
    offered: int
    bad: int

    @property
    def failing(self) -> str:
        return percent(self.bad / self.offered, digits=0) if self.offered else "none offered"


def cohorts_chart(scene: Scene, strips: tuple[Strip, ...], sheet: Sheet) -> Markup:
    """The scene gives clock and unhealthy stretches; all strips share one scale from 0 to a round share."""
    across = time_axis(scene, sheet, labels=76)
    area = Plot(across=across, signs=(), top=22, bottom=22 + ROW * max(len(strips), 1), sheet=sheet)
    high = _round_share(strips, sheet)
    rows = (_strip(strip, area, 22 + ROW * index, high) for index, strip in enumerate(strips))
    worst = ", ".join(f"{strip.cohort} {strip.failing}" for strip in strips)
    scale = text(area.left, 13, f"each row from 0 to {percent(high, digits=0)} of its requests", kind="note")
    return chart(
        sheet,
        unhealthy_spans(scene, area),
        scale,
        *rows,
        time_ticks(scene, area),
        height=area.height,
        title=TITLE,
        description=f"Share of failed requests while users were hurt: {worst}.",
    )


def cohorts_table(strips: tuple[Strip, ...]) -> Table:
    return Table(
        caption="Requests by cohort while users were hurt",
        columns=("cohort", "offered", "failed", "share failed"),
        rows=tuple((strip.cohort, str(strip.offered), str(strip.bad), strip.failing) for strip in strips),
    )


def _strip(strip: Strip, area: Plot, top: float, high: float) -> Markup:
    """A row: name, what failed as an area over the base, share that failed. A quiet row is one line."""
    base = top + ROW - 3
    up = Axis(low=0, high=high, start=base, end=top + 4)
    hurt = strip.bad * 200 > strip.offered
    lines = []
    for run in runs_of(_shown(strip, area.sheet)):
        points = tuple(
            (area.across.place((one.from_ms + one.to_ms) / 2), up.place(1 - (one.success or 0.0)))
            for one in run
        )
        if hurt:
            closed = ((points[0][0], base), *points, (points[-1][0], base))
            lines.append(polygon(closed, kind="burnt"))
        lines.append(polyline(points, kind="thin alarm" if hurt else "thin healthy"))
    return joined(
        line(area.left, base, area.right, base, kind="grid"),
        text(area.left - 10, base - 5, strip.cohort, kind="label", anchor="end"),
        *lines,
        text(area.right + 8, base - 5, strip.failing, kind="figure alarm-words" if hurt else "figure"),
    )


def _shown(strip: Strip, sheet: Sheet) -> tuple[Reading, ...]:
    return merged(strip.readings, at_most=60 if sheet.narrow else 110)


def _round_share(strips: tuple[Strip, ...], sheet: Sheet) -> float:
    """The smallest of 25, 50 and 100 % that no reading exceeds."""
    most = max(
        (
            1 - reading.success
            for strip in strips
            for reading in _shown(strip, sheet)
            if reading.success is not None
        ),
        default=0.0,
    )
    return next((share for share in (0.25, 0.5) if most <= share), 1.0)
