"""This run, par, the original outage and an own best on one logarithmic clock: minutes and hours stay comparable."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, assert_never

from game.core.charts.axes import Axis, log_ticks
from game.core.charts.drawing import chart, line, polygon, text, width_of
from game.core.charts.table import Table
from game.core.durations import HOUR_MS, MINUTE_MS, SECOND_MS, margin, spoken
from game.core.ghost import Moment
from game.core.markup import Markup, element, joined

if TYPE_CHECKING:
    from collections.abc import Sequence

    from game.core.charts.drawing import Sheet
    from game.core.ghost import Mark, Runner

ROW = 52
TOP = 34
Style = Literal["run", "par", "original", "best"]
STYLES: tuple[Style, ...] = ("run", "par", "original", "best")
ORDER: tuple[Style, ...] = ("original", "best", "run", "par")
"""Par last: it is an outline, so what lies under it is still seen."""


def race_chart(runners: tuple[Runner, ...], sheet: Sheet) -> Markup:
    """Runners in the order run, par, original, and an own best if there is one. A row for each moment that any of them has."""
    moments = shown_moments(runners)
    across = _axis(runners, sheet)
    bottom = TOP + ROW * len(moments)
    rows = (
        _row(moment, TOP + ROW * index, runners, across, narrow=sheet.narrow)
        for index, moment in enumerate(moments)
    )
    return chart(
        sheet,
        _legend(runners, across, narrow=sheet.narrow),
        _ticks(across, bottom, narrow=sheet.narrow),
        *rows,
        height=bottom + 38,
        title=_title(runners),
        description=_described(runners, moments),
    )


def race_table(runners: tuple[Runner, ...]) -> Table:
    rows = (
        (moment.value, *(_figure(runner.mark(moment)) for runner in runners))
        for moment in shown_moments(runners)
    )
    return Table(
        caption=f"{_title(runners)}; times since users were first hurt",
        columns=("milestone", *(runner.name for runner in runners)),
        rows=tuple(rows),
    )


def _title(runners: Sequence[Runner]) -> str:
    return "Milestones: " + ", ".join(runner.name for runner in runners)


def shown_moments(runners: Sequence[Runner]) -> tuple[Moment, ...]:
    return tuple(moment for moment in Moment if any(runner.mark(moment) for runner in runners))


def _axis(runners: Sequence[Runner], sheet: Sheet) -> Axis:
    """From a round time below the earliest mark to beyond the latest."""
    times = [mark.at_ms for runner in runners for mark in runner.marks if mark.at_ms > 0]
    earliest, latest = min(times, default=MINUTE_MS), max(times, default=HOUR_MS)
    low = max(
        (tick for tick in log_ticks(SECOND_MS, 4 * HOUR_MS) if tick * 1.4 <= earliest), default=SECOND_MS
    )
    return Axis(
        low=low,
        high=latest * 1.5,
        start=96 if sheet.narrow else 150,
        end=sheet.width - (14 if sheet.narrow else 28),
        logarithmic=True,
    )


def _row(moment: Moment, top: float, runners: Sequence[Runner], across: Axis, *, narrow: bool) -> Markup:
    """The name of the milestone, a rail, and the signs on it; the run's figure above the rail, others below."""
    y = top + ROW / 2
    run = runners[0].mark(moment)
    parts = [
        line(0, top, across.end, top, kind="grid"),
        text(0, y + (4 if run else -3), moment.value, kind="row" if narrow else "row strong"),
    ]
    if run is None:
        parts.append(text(0, y + 14, "not reached", kind="note alarm-words"))
    marks = [mark for runner in runners if (mark := runner.mark(moment)) is not None]
    if len(marks) > 1:
        places = [across.place(mark.at_ms) for mark in marks]
        parts.append(line(min(places), y, max(places), y, kind="rail"))
    taken: list[tuple[float, float]] = []
    drawn_order = sorted(_styled(runners), key=lambda pair: ORDER.index(pair[0]))
    for style, runner in drawn_order:
        mark = runner.mark(moment)
        if mark is not None:
            parts.append(_mark(style, mark, across, y))
            parts.append(_label(style, mark, across, y, taken))
    return joined(*parts)


def _styled(runners: Sequence[Runner]) -> list[tuple[Style, Runner]]:
    return list(zip(STYLES[: len(runners)], runners, strict=True))


def _mark(style: Style, mark: Mark, across: Axis, y: float) -> Markup:
    x = across.place(mark.at_ms)
    low, high = (across.place(max(mark.at_ms + sign * mark.uncertainty_ms, across.low)) for sign in (-1, 1))
    whisker = line(low, y, high, y, kind="whisker") if high - low > 12 else Markup("")
    return joined(whisker, _sign(style, x, y))


def _sign(style: Style, x: float, y: float) -> Markup:
    match style:
        case "run":
            return element("circle", cx=x, cy=y, r=6.5, class_="sign healthy")
        case "par":
            return polygon(((x - 6, y), (x, y - 6), (x + 6, y), (x, y + 6)), kind="sign par")
        case "original":
            return element("rect", x=x - 5, y=y - 5, width=10, height=10, class_="sign hollow")
        case "best":
            return polygon(((x - 6, y + 5), (x, y - 6), (x + 6, y + 5)), kind="sign best")
        case _:
            assert_never(style)


def _label(style: Style, mark: Mark, across: Axis, y: float, taken: list[tuple[float, float]]) -> Markup:
    """The run's figure stands above its sign; par's and the original's below, shifted apart if they would touch."""
    x = across.place(mark.at_ms)
    words = spoken(mark.at_ms)
    half = width_of(words, size=11.5) / 2
    x = min(max(x, across.start + half - 8), across.end - half + 8)
    if style == "run":
        return text(x, y - 12, words, kind="label strong", anchor="middle")
    for low, high in taken:
        if x - half < high + 6 and low - 6 < x + half:
            x = low - 8 - half
    taken.append((x - half, x + half))
    return text(x, y + 20, words, kind="figure", anchor="middle")


def _legend(runners: Sequence[Runner], across: Axis, *, narrow: bool) -> Markup:
    x = 6.0 if narrow else across.start
    parts = []
    for style, runner in _styled(runners):
        parts += [_sign(style, x, 12), text(x + 12, 16, runner.name, kind="label")]
        x += 30 + width_of(runner.name, size=11.5 if narrow else 12.5)
    return joined(*parts)


def _ticks(across: Axis, bottom: float, *, narrow: bool) -> Markup:
    parts = [line(0, bottom, across.end, bottom, kind="base")]
    ticks = log_ticks(across.low, across.high)
    for tick in ticks[:: 2 if narrow else 1]:
        x = across.place(tick)
        parts += [
            line(x, TOP, x, bottom + 4, kind="grid dotted"),
            text(x, bottom + 16, spoken(tick), kind="figure", anchor="middle"),
        ]
    note = "since users were first hurt, logarithmic"
    parts.append(text(across.end, bottom + 32, note, kind="note", anchor="end"))
    return joined(*parts)


def _figure(mark: Mark | None) -> str:
    if mark is None:
        return "not reached"
    return spoken(mark.at_ms) + (f" {margin(mark.uncertainty_ms)}" if mark.uncertainty_ms else "")


def _described(runners: Sequence[Runner], moments: Sequence[Moment]) -> str:
    sentences = (
        f"{moment.value}: " + ", ".join(f"{runner.name} {_figure(runner.mark(moment))}" for runner in runners)
        for moment in moments
    )
    return ". ".join(sentences) + "."
