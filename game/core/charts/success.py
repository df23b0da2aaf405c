"""Success over time against the objective, with what was done about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from game.core.charts.axes import Axis, share_floor, share_ticks
from game.core.charts.drawing import chart, line, polygon, polyline, text
from game.core.charts.scene import level, plot, signs_over, time_ticks, unhealthy_spans
from game.core.charts.table import Table
from game.core.durations import clock, percent
from game.core.markup import Markup, element, joined
from game.core.series import merged

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from game.core.charts.drawing import Sheet
    from game.core.charts.scene import Plot, Scene
    from game.core.series import Reading

TITLE = "Requests that succeeded"
POINTS_WIDE, POINTS_NARROW = 220, 110


def success_chart(scene: Scene, sheet: Sheet) -> Markup:
    """The line is cyan and solid where the objective holds, magenta and dotted below it."""
    shown = merged(scene.readings, at_most=POINTS_NARROW if sheet.narrow else POINTS_WIDE)
    lowest = min((reading.success for reading in shown if reading.success is not None), default=1.0)
    floor = share_floor(min(lowest, scene.objective))
    area = plot(scene, sheet, height=170 if sheet.narrow else 210)
    up = Axis(low=floor, high=1, start=area.bottom, end=area.top + 6)
    grid = (level(area, up.place(share), percent(share, digits=0)) for share in share_ticks(floor))
    return chart(
        sheet,
        unhealthy_spans(scene, area),
        *grid,
        _line(shown, scene, area, up),
        _objective(scene, area, up),
        _lowest(shown, area, up),
        time_ticks(scene, area),
        signs_over(area),
        height=area.height,
        title=TITLE,
        description=_described(scene, lowest),
    )


def success_table(scene: Scene) -> Table:
    rows = (
        (
            clock(reading.from_ms),
            str(reading.offered),
            str(reading.bad),
            "nothing offered" if reading.success is None else percent(reading.success),
        )
        for reading in merged(scene.readings, at_most=30)
    )
    return Table(
        caption=f"{TITLE}, by time since {scene.origin}",
        columns=("from", "offered", "failed", "succeeded"),
        rows=tuple(rows),
    )


def runs_of(shown: Sequence[Reading]) -> Iterator[tuple[Reading, ...]]:
    """Neighbouring readings with data; where nothing was offered the line is broken, not invented."""
    run: list[Reading] = []
    for reading in shown:
        if reading.success is None:
            if run:
                yield tuple(run)
            run = []
        else:
            run.append(reading)
    if run:
        yield tuple(run)


def path(run: Sequence[Reading], across: Axis, up: Axis) -> tuple[tuple[float, float], ...]:
    return tuple(
        (across.place((reading.from_ms + reading.to_ms) / 2), up.place(reading.success or 0.0))
        for reading in run
    )


def _line(shown: Sequence[Reading], scene: Scene, area: Plot, up: Axis) -> Markup:
    """Drawn twice, each time clipped at the objective; the gap between objective and line is filled faintly."""
    edge = up.place(scene.objective)
    above, below = f"{area.sheet.name}-above", f"{area.sheet.name}-below"
    clips = element(
        "defs",
        element("clipPath", _window(area, 0, edge + 0.8), id=above),
        element("clipPath", _window(area, edge + 0.8, area.bottom + 4), id=below),
    )
    lines, fills = [], []
    for run in runs_of(shown):
        points = path(run, area.across, up)
        lines.append(points)
        fills.append(polygon(((points[0][0], edge), *points, (points[-1][0], edge)), kind="burnt"))
    return joined(
        clips,
        element("g", *fills, clip_path=f"url(#{below})"),
        element(
            "g", *(polyline(points, kind="series healthy") for points in lines), clip_path=f"url(#{above})"
        ),
        element(
            "g", *(polyline(points, kind="series alarm") for points in lines), clip_path=f"url(#{below})"
        ),
    )


def _window(area: Plot, top: float, bottom: float) -> Markup:
    return element("rect", x=0, y=top, width=area.sheet.width, height=bottom - top)


def _objective(scene: Scene, area: Plot, up: Axis) -> Markup:
    y = up.place(scene.objective)
    words = f"objective {percent(scene.objective)}"
    return joined(
        line(area.left, y, area.right, y, kind="objective"),
        text(area.right - 4, y + 15, words, kind="label halo", anchor="end"),
    )


def _lowest(shown: Sequence[Reading], area: Plot, up: Axis) -> Markup:
    """The worst reading in figures, where it is."""
    worst = min(
        (reading for reading in shown if reading.success is not None),
        key=lambda one: one.success or 0.0,
        default=None,
    )
    if worst is None or worst.success is None or not worst.bad:
        return Markup("")
    x = area.across.place((worst.from_ms + worst.to_ms) / 2)
    right = x > (area.left + area.right) / 2
    words = f"lowest {percent(worst.success)}"
    y = min(up.place(worst.success) + 18, area.bottom - 6)
    return text(x, y, words, kind="label halo alarm-words", anchor="end" if right else "start")


def _described(scene: Scene, lowest: float) -> str:
    if not scene.readings:
        return "No load was measured."
    acts = "; ".join(f"{act.label}" for act in sorted(scene.acts, key=lambda act: act.at_ms))
    span = f"From {clock(scene.from_ms)} to {clock(scene.to_ms)} since {scene.origin}"
    return f"{span}. Lowest success {percent(lowest)}, objective {percent(scene.objective)}. {acts}"
