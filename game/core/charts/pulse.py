"""A live look at every kind of user: success and latency on one clock, a row each, against the objectives.

Made for a screen that is redrawn every second or so: everything in it is plain lines, and few of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from game.core.charts.axes import Axis, duration_ticks, share_floor
from game.core.charts.drawing import chart, line, polygon, polyline, text
from game.core.charts.shapes import LANE_HEIGHT, lanes, placed, shape
from game.core.charts.table import Table
from game.core.durations import SECOND_MS, clock, percent
from game.core.markup import Markup, joined

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from game.core.charts.drawing import Sheet
    from game.core.charts.shapes import Act, Placed

TITLE = "Success and latency by kind of user"
ROW_WIDE, ROW_NARROW = 50, 54
MOST_BEATS = 60
RECENT_MS = 5 * SECOND_MS


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """What one kind of user got between two moments of the run clock (ms)."""

    from_ms: int
    to_ms: int
    offered: int
    bad: int
    p95_ms: int

    @property
    def success(self) -> float | None:
        return 1 - self.bad / self.offered if self.offered else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    name: str
    beats: tuple[Beat, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """`objective` is a share 0-1; `acts` are own actions, on the run clock."""

    rows: tuple[Row, ...]
    acts: tuple[Act, ...]
    objective: float
    objective_p95_ms: int

    @property
    def from_ms(self) -> int:
        return min((row.beats[0].from_ms for row in self.rows if row.beats), default=0)

    @property
    def to_ms(self) -> int:
        latest = max((row.beats[-1].to_ms for row in self.rows if row.beats), default=0)
        return max(latest, self.from_ms + 20 * SECOND_MS)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Panels:
    """Where the two panels of all rows stand, and their scales."""

    success: Axis
    latency: Axis
    floor: float
    slowest_ms: int
    top: float
    row: int
    narrow: bool


def pulse_chart(pulse: Pulse, sheet: Sheet) -> Markup:
    """Left of each row success, right the 95th percentile of latency; dashed lines are the objectives."""
    acts = [act for act in pulse.acts if pulse.from_ms <= act.at_ms <= pulse.to_ms]
    panels = _panels(pulse, sheet, ())
    signs = placed(acts, panels.success)
    panels = _panels(pulse, sheet, signs)
    bottom = panels.top + panels.row * max(len(pulse.rows), 1)
    return chart(
        sheet,
        *_heads(panels, pulse),
        *_stems(signs, panels, bottom),
        *(_row(row, panels, panels.top + panels.row * index, pulse) for index, row in enumerate(pulse.rows)),
        *_ticks(pulse, panels, bottom),
        height=bottom + 24,
        title=TITLE,
        description=described(pulse),
    )


def pulse_table(pulse: Pulse) -> Table:
    """The latest seconds in figures."""
    rows = []
    for row in pulse.rows:
        share, p95_ms = latest(row)
        rows.append((row.name, "none offered" if share is None else percent(share), f"{p95_ms} ms"))
    return Table(
        caption="Success and latency of the latest 5 seconds",
        columns=("users", "succeeded", "95th percentile"),
        rows=tuple(rows),
    )


def latest(row: Row) -> tuple[float | None, int]:
    """Success (0-1) and the slowest 95th percentile (ms) of the latest seconds."""
    if not row.beats:
        return None, 0
    recent = [beat for beat in row.beats if beat.to_ms > row.beats[-1].to_ms - RECENT_MS]
    offered = sum(beat.offered for beat in recent)
    bad = sum(beat.bad for beat in recent)
    return (1 - bad / offered if offered else None), max(beat.p95_ms for beat in recent)


def described(pulse: Pulse) -> str:
    hurt = [
        f"{row.name} {percent(share)}"
        for row in pulse.rows
        if (share := latest(row)[0]) is not None and share < pulse.objective
    ]
    goal = f"Objective {percent(pulse.objective)} of requests, {pulse.objective_p95_ms} ms."
    return f"{goal} Below it now: {', '.join(hurt)}." if hurt else f"{goal} Nobody is below it now."


def thinned(beats: Sequence[Beat]) -> tuple[Beat, ...]:
    """At most about MOST_BEATS, each of one round width that starts at a round time."""
    if not beats:
        return ()
    span_s = (beats[-1].to_ms - beats[0].from_ms) / SECOND_MS
    width_s = next((width for width in (1, 2, 5, 10, 15, 30, 60) if span_s <= MOST_BEATS * width), 120)
    grouped = groupby(beats, key=lambda beat: beat.from_ms // (width_s * SECOND_MS))
    return tuple(_together(tuple(group)) for _, group in grouped)


def _together(group: tuple[Beat, ...]) -> Beat:
    return Beat(
        from_ms=group[0].from_ms,
        to_ms=group[-1].to_ms,
        offered=sum(beat.offered for beat in group),
        bad=sum(beat.bad for beat in group),
        p95_ms=max(beat.p95_ms for beat in group),
    )


def _panels(pulse: Pulse, sheet: Sheet, signs: tuple[Placed, ...]) -> _Panels:
    every = [beat for row in pulse.rows for beat in thinned(row.beats)]
    lowest = min((beat.success for beat in every if beat.success is not None), default=1.0)
    slowest = max((beat.p95_ms for beat in every), default=0)
    if sheet.narrow:
        edges = (0.0, 208.0, 228.0, float(sheet.width))
    else:
        edges = (92.0, sheet.width * 0.57, sheet.width * 0.68, sheet.width - 62.0)
    low, high = pulse.from_ms, pulse.to_ms
    return _Panels(
        success=Axis(low=low, high=high, start=edges[0], end=edges[1]),
        latency=Axis(low=low, high=high, start=edges[2], end=edges[3]),
        floor=share_floor(min(lowest, pulse.objective)),
        slowest_ms=max(round(pulse.objective_p95_ms * 1.2), min(slowest, pulse.objective_p95_ms * 2)),
        top=24 + lanes(signs) * LANE_HEIGHT + (4 if signs else 0),
        row=ROW_NARROW if sheet.narrow else ROW_WIDE,
        narrow=sheet.narrow,
    )


def _heads(panels: _Panels, pulse: Pulse) -> Iterator[Markup]:
    scale = f"{percent(panels.floor, digits=0)} to 100 %"
    yield text(panels.success.start, 11, f"succeeded, {scale}", kind="note")
    goal = (
        f"p95, goal {pulse.objective_p95_ms} ms"
        if panels.narrow
        else f"p95, objective {pulse.objective_p95_ms} ms"
    )
    yield text(panels.latency.start, 11, goal, kind="note")


def _stems(signs: tuple[Placed, ...], panels: _Panels, bottom: float) -> Iterator[Markup]:
    """Own actions: a sign with its words above, a thin line through all rows of both panels."""
    for sign in signs:
        y = 27 + sign.lane * LANE_HEIGHT
        yield line(sign.x, y + 5, sign.x, bottom, kind=f"stem {sign.act.sign}")
        across = panels.latency.place(sign.act.at_ms)
        yield line(across, panels.top, across, bottom, kind=f"stem {sign.act.sign}")
        yield shape(sign.act.sign, sign.x, y)
        x, anchor = (sign.x - 9, "end") if sign.leftwards else (sign.x + 9, "start")
        yield text(x, y + 4, sign.act.label, kind="label", anchor=anchor)


def _row(row: Row, panels: _Panels, top: float, pulse: Pulse) -> Markup:
    base, high = top + panels.row - 5, top + (20 if panels.narrow else 5)
    up = Axis(low=panels.floor, high=1, start=base, end=high)
    slow = Axis(low=0, high=panels.slowest_ms, start=base, end=high)
    share, p95_ms = latest(row)
    below = share is not None and share < pulse.objective
    late = p95_ms > pulse.objective_p95_ms
    beats = thinned(row.beats)
    goal, limit = up.place(pulse.objective), slow.place(pulse.objective_p95_ms)
    return joined(
        line(panels.success.start, base, panels.success.end, base, kind="grid"),
        line(panels.latency.start, base, panels.latency.end, base, kind="grid"),
        line(panels.success.start, goal, panels.success.end, goal, kind="objective"),
        line(panels.latency.start, limit, panels.latency.end, limit, kind="objective"),
        *_success(beats, panels, up, pulse),
        *_latency(beats, panels, slow, late=late),
        *_words(row, panels, (top, base), (share, p95_ms), (below, late)),
    )


def _words(
    row: Row,
    panels: _Panels,
    edges: tuple[float, float],
    figures: tuple[float | None, int],
    alarming: tuple[bool, bool],
) -> Iterator[Markup]:
    """The name, and the latest figures beside each panel; above the panels where there is no room beside them."""
    (top, base), (share, p95_ms), (below, late) = edges, figures, alarming
    kinds = tuple("figure alarm-words strong" if bad else "figure" for bad in (below, late))
    share_words = "-" if share is None else percent(share, digits=0 if panels.narrow else 1)
    if panels.narrow:
        yield text(0, top + 15, row.name, kind="label")
        yield text(panels.success.end, top + 15, share_words, kind=kinds[0], anchor="end")
        yield text(panels.latency.end, top + 15, f"{p95_ms} ms", kind=kinds[1], anchor="end")
        return
    middle = (top + base) / 2 + 5
    yield text(panels.success.start - 10, middle, row.name, kind="label", anchor="end")
    yield text(panels.success.end + 8, middle, share_words, kind=kinds[0])
    yield text(panels.latency.end + 8, middle, f"{p95_ms} ms", kind=kinds[1])


def _success(beats: tuple[Beat, ...], panels: _Panels, up: Axis, pulse: Pulse) -> Iterator[Markup]:
    goal = up.place(pulse.objective)
    for known in _unbroken(beats):
        points = [((panels.success.place(_middle(beat))), up.place(beat.success or 0.0)) for beat in known]
        hurt = any((beat.success or 0.0) < pulse.objective for beat in known)
        if hurt:
            held = [(x, max(y, goal)) for x, y in points]
            yield polygon(((points[0][0], goal), *held, (points[-1][0], goal)), kind="burnt")
        yield polyline(points, kind="thin alarm" if hurt else "thin healthy")


def _latency(beats: tuple[Beat, ...], panels: _Panels, slow: Axis, *, late: bool) -> Iterator[Markup]:
    for known in _unbroken(beats):
        points = [(panels.latency.place(_middle(beat)), slow.place(beat.p95_ms)) for beat in known]
        yield polyline(points, kind="thin alarm" if late else "thin waiting")


def _unbroken(beats: tuple[Beat, ...]) -> Iterator[tuple[Beat, ...]]:
    """Neighbouring beats in which something was offered; elsewhere the line is broken, not invented."""
    for offered, group in groupby(beats, key=lambda beat: beat.offered > 0):
        if offered:
            yield tuple(group)


def _middle(beat: Beat) -> float:
    return (beat.from_ms + beat.to_ms) / 2


def _ticks(pulse: Pulse, panels: _Panels, bottom: float) -> Iterator[Markup]:
    for axis, most in (
        (panels.success, 5 if panels.narrow else 7),
        (panels.latency, 3 if panels.narrow else 4),
    ):
        for tick in duration_ticks(pulse.from_ms, pulse.to_ms, at_most=most):
            x = axis.place(tick)
            yield line(x, bottom - 5, x, bottom - 1, kind="base")
            yield text(x, bottom + 11, clock(tick), kind="figure", anchor="middle")
