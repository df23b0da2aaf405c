"""Success of each cohort on one clock, a thin line each: who is hurt, and who is not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from game.core.charts.axes import Axis
from game.core.charts.drawing import chart, line, polyline, text
from game.core.charts.scene import Plot, time_axis, time_ticks, unhealthy_spans
from game.core.charts.success import path, runs_of
from game.core.charts.table import Table
from game.core.durations import percent
from game.core.markup import Markup, joined
from game.core.series import merged

if TYPE_CHECKING:
    from game.core.charts.drawing import Sheet
    from game.core.charts.scene import Scene
    from game.core.series import Reading

TITLE = "Success by cohort"
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
    """The scene gives clock and unhealthy stretches; every strip runs from 0 to 100 %."""
    across = time_axis(scene, sheet)
    left, right = (84, 40) if sheet.narrow else (104, 64)
    across = Axis(low=across.low, high=across.high, start=left, end=sheet.width - right)
    area = Plot(across=across, signs=(), top=8, bottom=8 + ROW * max(len(strips), 1), sheet=sheet)
    rows = (_strip(strip, area, 8 + ROW * index) for index, strip in enumerate(strips))
    worst = ", ".join(f"{strip.cohort} {strip.failing}" for strip in strips)
    return chart(
        sheet,
        unhealthy_spans(scene, area),
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


def _strip(strip: Strip, area: Plot, top: float) -> Markup:
    """A row: name, line over its own base, share that failed. Bad rows are drawn in the alarm's colour and dotted."""
    up = Axis(low=0, high=1, start=top + ROW - 4, end=top + 5)
    hurt = strip.bad * 200 > strip.offered
    kind = "thin alarm" if hurt else "thin healthy"
    shown = merged(strip.readings, at_most=60 if area.sheet.narrow else 150)
    lines = (polyline(path(run, area.across, up), kind=kind) for run in runs_of(shown))
    return joined(
        line(area.left, top + ROW, area.right, top + ROW, kind="grid"),
        text(area.left - 10, top + 20, strip.cohort, kind="label", anchor="end"),
        *lines,
        text(area.right + 8, top + 20, strip.failing, kind="figure alarm-words" if hurt else "figure"),
    )
