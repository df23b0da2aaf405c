"""What the charts over time share: one clock, one set of signs, one left and right edge, so that they line up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from game.core.charts.axes import Axis, duration_ticks
from game.core.charts.drawing import bar, hatch, line, text
from game.core.charts.shapes import LANE_HEIGHT, drawn, lanes, placed
from game.core.durations import clock
from game.core.markup import Markup, joined

if TYPE_CHECKING:
    from game.core.charts.drawing import Sheet
    from game.core.charts.shapes import Act, Placed
    from game.core.series import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Readings, acts and unhealthy stretches on one clock (ms); `origin` names its zero: "the first failing request".

    `objective` is the share 0-1 of requests that should be good.
    """

    readings: tuple[Reading, ...]
    acts: tuple[Act, ...]
    unhealthy: tuple[tuple[int, int], ...]
    origin: str
    objective: float = 0.995

    @property
    def from_ms(self) -> int:
        return self.readings[0].from_ms if self.readings else 0

    @property
    def to_ms(self) -> int:
        return max(self.readings[-1].to_ms, self.from_ms + 1) if self.readings else 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """The rectangle data are drawn in, with its time axis and the signs that stand over it."""

    across: Axis
    signs: tuple[Placed, ...]
    top: float
    bottom: float
    sheet: Sheet

    @property
    def left(self) -> float:
        return self.across.start

    @property
    def right(self) -> float:
        return self.across.end

    @property
    def height(self) -> float:
        return self.bottom + 36


def time_axis(scene: Scene, sheet: Sheet, *, labels: int = 44) -> Axis:
    """The same edges for every wide chart; a narrow one spends no more at the left than its `labels` (px) need."""
    left, right = (labels, 40) if sheet.narrow else (92, 52)
    return Axis(low=scene.from_ms, high=scene.to_ms, start=left, end=sheet.width - right)


def plot(scene: Scene, sheet: Sheet, *, height: float) -> Plot:
    across = time_axis(scene, sheet)
    signs = placed([act for act in scene.acts if scene.from_ms <= act.at_ms <= scene.to_ms], across)
    top = 12 + lanes(signs) * LANE_HEIGHT + (4 if signs else 0)
    return Plot(across=across, signs=signs, top=top, bottom=top + height, sheet=sheet)


def unhealthy_spans(scene: Scene, area: Plot) -> Markup:
    """The stretches in which users were hurt, hatched, behind everything else."""
    name = f"{area.sheet.name}-unhealthy"
    spans = []
    for begin, end in scene.unhealthy:
        x = area.across.place(begin)
        width = area.across.place(end) - x
        spans += [
            bar(x, area.top, width, area.bottom - area.top, kind="unhealthy"),
            Markup(
                f'<rect x="{x:.1f}" y="{area.top:.1f}" width="{width:.1f}" height="{area.bottom - area.top:.1f}"'
                f' fill="url(#{name})"/>'
            ),
        ]
    return joined(hatch(name, "hatching"), *spans)


def level(area: Plot, y: float, words: str) -> Markup:
    """A horizontal grid line with its figure at the left."""
    return joined(
        line(area.left, y, area.right, y, kind="grid"),
        text(area.left - 8, y + 4, words, kind="figure", anchor="end"),
    )


def time_ticks(scene: Scene, area: Plot, *, note: bool = True) -> Markup:
    """Figures below the plot, and what their zero is."""
    parts = [line(area.left, area.bottom, area.right, area.bottom, kind="base")]
    for tick in duration_ticks(scene.from_ms, scene.to_ms, at_most=4 if area.sheet.narrow else 10):
        x = area.across.place(tick)
        parts += [
            line(x, area.bottom, x, area.bottom + 4, kind="base"),
            text(x, area.bottom + 16, clock(tick), kind="figure", anchor="middle"),
        ]
    if note:
        parts.append(
            text(area.right, area.bottom + 31, f"min:s since {scene.origin}", kind="note", anchor="end")
        )
    return joined(*parts)


def signs_over(area: Plot) -> Markup:
    return drawn(area.signs, top=12, bottom=area.bottom)
