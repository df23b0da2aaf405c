"""Users in limbo over time: those whose latest login failed. The area is the time they lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from game.core.charts.axes import Axis, count_ticks
from game.core.charts.drawing import chart, hatch, polygon, polyline, text
from game.core.charts.scene import level, plot, signs_over, time_ticks
from game.core.charts.table import Table
from game.core.durations import MINUTE_MS, clock, percent
from game.core.markup import Markup, joined
from game.core.series import merged

if TYPE_CHECKING:
    from collections.abc import Sequence

    from game.core.charts.drawing import Sheet
    from game.core.charts.scene import Plot, Scene
    from game.core.series import Reading

TITLE = "Users in limbo"
POINTS_WIDE, POINTS_NARROW = 220, 110


def limbo_chart(scene: Scene, sheet: Sheet) -> Markup:
    shown = merged(scene.readings, at_most=POINTS_NARROW if sheet.narrow else POINTS_WIDE)
    peak = max(shown, key=lambda reading: reading.limbo, default=None)
    area = plot(scene, sheet, height=130 if sheet.narrow else 150)
    ticks = count_ticks(peak.limbo if peak else 0, at_most=4)
    up = Axis(low=0, high=max(ticks[-1], 1), start=area.bottom, end=area.top + 6)
    return chart(
        sheet,
        *(level(area, up.place(tick), str(tick)) for tick in ticks),
        _area(shown, area, up),
        _peak(peak, area, up),
        time_ticks(scene, area),
        signs_over(area),
        height=area.height,
        title=TITLE,
        description=_described(scene),
    )


def limbo_table(scene: Scene) -> Table:
    rows = (
        (clock(reading.from_ms), str(reading.limbo), str(reading.users))
        for reading in merged(scene.readings, at_most=30)
    )
    return Table(
        caption=f"{TITLE}, most at once, by time since {scene.origin}",
        columns=("from", "in limbo", "of users"),
        rows=tuple(rows),
    )


def _area(shown: Sequence[Reading], area: Plot, up: Axis) -> Markup:
    """Steps, not slopes: a count holds until the next one."""
    points: list[tuple[float, float]] = []
    for reading in shown:
        y = up.place(reading.limbo)
        points += [(area.across.place(reading.from_ms), y), (area.across.place(reading.to_ms), y)]
    if not points:
        return Markup("")
    closed = ((points[0][0], area.bottom), *points, (points[-1][0], area.bottom))
    name = f"{area.sheet.name}-limbo"
    pattern_fill = " ".join(f"{x:.1f},{y:.1f}" for x, y in closed)
    return joined(
        hatch(name, "limbo-hatching"),
        polygon(closed, kind="limbo"),
        Markup(f'<polygon points="{pattern_fill}" fill="url(#{name})"/>'),
        polyline(points, kind="series waiting"),
    )


def _peak(peak: Reading | None, area: Plot, up: Axis) -> Markup:
    """The most at once, and what share of all users that is, inside the area."""
    if peak is None or not peak.limbo:
        return Markup("")
    x = area.across.place(peak.from_ms)
    rightwards = x < (area.left + area.right) / 2
    share = f" ({percent(peak.limbo / peak.users, digits=0)})" if peak.users else ""
    return text(
        x + (8 if rightwards else -8),
        up.place(peak.limbo) + 18,
        f"{peak.limbo} of {peak.users} users{share}",
        kind="label halo",
        anchor="start" if rightwards else "end",
    )


def _described(scene: Scene) -> str:
    minutes = sum(reading.limbo * (reading.to_ms - reading.from_ms) for reading in scene.readings) / MINUTE_MS
    peak = max((reading.limbo for reading in scene.readings), default=0)
    users = max((reading.users for reading in scene.readings), default=0)
    return (
        f"At most {peak} of {users} users at once could not log in; together they lost {minutes:.0f} minutes."
    )
