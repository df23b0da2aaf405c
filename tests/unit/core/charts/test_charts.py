from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from game.core.charts.axes import Axis
from game.core.charts.cohorts import cohorts_chart, cohorts_table
from game.core.charts.drawing import Sheet, width_of
from game.core.charts.limbo import limbo_chart, limbo_table
from game.core.charts.points import Bar, points_chart, points_table
from game.core.charts.race import race_chart, race_table
from game.core.charts.scene import Scene
from game.core.charts.shapes import LETTER, Act, placed
from game.core.charts.success import runs_of, success_chart, success_table
from game.core.charts.table import table_markup
from game.core.debrief import debrief
from game.core.ghost import ORIGINAL, Mark, Moment, Runner
from game.core.report.drawings import acts, bars, runners, scene, strips
from game.core.report.sparkline import sparkline
from game.core.series import Reading, merged
from tests import journals

SHEETS = (Sheet(name="wide"), Sheet(name="narrow", narrow=True))
SVG = "{http://www.w3.org/2000/svg}"
EMPTY = Scene(readings=(), acts=(), unhealthy=(), origin="the page")


def reading(second: int, *, offered: int = 60, bad: int = 0, limbo: int = 0) -> Reading:
    return Reading(
        from_ms=second * 1000, to_ms=second * 1000 + 1000, offered=offered, bad=bad, limbo=limbo, users=50
    )


loads = st.lists(
    st.tuples(st.integers(0, 200), st.integers(0, 200), st.integers(0, 50)).map(
        lambda drawn: (max(drawn[:2]), min(drawn[:2]), drawn[2])
    ),
    max_size=300,
)


@given(loads, st.integers(min_value=5, max_value=200))
def test_merging_loses_no_request_and_keeps_the_worst_limbo(
    load: list[tuple[int, int, int]], at_most: int
) -> None:
    series = [
        reading(second, offered=offered, bad=bad, limbo=limbo)
        for second, (offered, bad, limbo) in enumerate(load)
    ]
    together = merged(series, at_most=at_most)
    assert len(together) <= at_most + 1
    assert sum(one.offered for one in together) == sum(one.offered for one in series)
    assert sum(one.bad for one in together) == sum(one.bad for one in series)
    assert max((one.limbo for one in together), default=0) == max((one.limbo for one in series), default=0)


@given(loads)
def test_any_load_gives_well_formed_charts_inside_their_sheet(load: list[tuple[int, int, int]]) -> None:
    series = tuple(
        reading(second, offered=offered, bad=bad, limbo=limbo)
        for second, (offered, bad, limbo) in enumerate(load)
    )
    drawn = Scene(readings=series, acts=(), unhealthy=((0, 3000),), origin="the page")
    for sheet in SHEETS:
        for chart in (success_chart(drawn, sheet), limbo_chart(drawn, sheet)):
            root = ET.fromstring(chart)  # noqa: S314 - our own output
            width, height = float(root.get("width", 0)), float(root.get("height", 0))
            for line in root.iter(f"{SVG}polyline"):
                for point in (line.get("points") or "").split():
                    x, y = map(float, point.split(","))
                    assert 0 <= x <= width
                    assert 0 <= y <= height


def test_where_nothing_was_offered_the_line_is_broken() -> None:
    series = [reading(0), reading(1), reading(2, offered=0), reading(3)]
    assert [len(run) for run in runs_of(series)] == [2, 1]


@given(st.lists(st.tuples(st.integers(0, 600_000), st.text(min_size=1, max_size=24)), max_size=12))
def test_labels_never_touch(drawn: list[tuple[int, str]]) -> None:
    axis = Axis(low=0, high=600_000, start=60, end=900)
    signs = placed([Act(sign="applied", at_ms=at_ms, label=label) for at_ms, label in drawn], axis)
    spans: dict[int, list[tuple[float, float]]] = {}
    for sign in signs:
        width = width_of(sign.act.label, size=LETTER) + 9
        span = (sign.x - width, sign.x) if sign.leftwards else (sign.x, sign.x + width)
        for low, high in spans.setdefault(sign.lane, []):
            assert span[1] <= low or high <= span[0]
        spans[sign.lane].append(span)


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_without_data_charts_are_still_charts(sheet: Sheet) -> None:
    nobody = (Runner(name="this run", marks=()), Runner(name="par", marks=()), ORIGINAL)
    charts = (
        success_chart(EMPTY, sheet), limbo_chart(EMPTY, sheet), cohorts_chart(EMPTY, (), sheet),
        points_chart((), sheet), race_chart(nobody, sheet),
    )  # fmt: skip
    for chart in charts:
        assert ET.fromstring(chart).find(f"{SVG}title") is not None  # noqa: S314 - our own output
    assert "No load was measured" in charts[0]


def test_the_signs_of_a_run_stand_over_the_line() -> None:
    found = debrief(journals.relapse())
    assert [act.sign for act in acts(found)] == [
        "page", "acknowledged", "diagnosis", "recovered", "relapse", "diagnosis", "applied", "recovered", "resolved",
    ]  # fmt: skip
    chart = success_chart(scene(found, objective=0.995), SHEETS[0])
    assert "relapse 8:20" in chart
    assert "objective 99.5 %" in chart


def test_below_the_objective_the_line_differs_by_more_than_colour() -> None:
    chart = success_chart(scene(debrief(journals.perfect()), objective=0.995), SHEETS[0])
    assert 'class="series alarm"' in chart
    assert "url(#wide-unhealthy)" in chart
    assert "lowest 7" in chart


def test_the_race_names_who_never_arrived() -> None:
    three = runners(debrief(journals.nothing_done()))
    assert race_chart(three, SHEETS[0]).count(">not reached<") == 4
    assert ("recovery", "not reached", "7 min 16 s", "3 h") in race_table(three).rows


def test_earlier_is_further_left_for_every_runner() -> None:
    fast = Runner(name="fast", marks=(Mark(moment=Moment.RECOVERY, at_ms=30_000),))
    chart = ET.fromstring(race_chart((fast, Runner(name="par", marks=()), ORIGINAL), SHEETS[0]))  # noqa: S314 - our own text
    circles = [float(one.get("cx", 0)) for one in chart.iter(f"{SVG}circle")][1:]
    squares = [float(one.get("x", 0)) for one in chart.iter(f"{SVG}rect")][1:]
    assert len(circles) == 1
    assert all(circles[0] < square for square in squares)


def test_bars_tell_full_part_none_and_deducted_apart_without_colour() -> None:
    shown = points_chart(
        (Bar(label="a", points=50, of=50), Bar(label="b", points=7, of=50), Bar(label="c", points=0, of=50),
         Bar(label="d", points=-30, of=0)),
        SHEETS[0],
    )  # fmt: skip
    for sign in ("●", "◐", "○", "\N{MINUS SIGN}30"):
        assert sign in shown
    assert "27 points." in shown


def test_tables_hold_the_figures_of_the_charts() -> None:
    found = debrief(journals.perfect())
    drawn = scene(found, objective=0.995)
    assert sum(int(row[1]) for row in success_table(drawn).rows) == sum(one.offered for one in drawn.readings)
    assert max(int(row[1]) for row in limbo_table(drawn).rows) == 15
    assert [row[0] for row in cohorts_table(strips(found)).rows][:2] == ["web", "nat"]
    assert found.score is not None
    assert sum(int(row[1]) for row in points_table(bars(found)).rows) == found.score.total
    assert table_markup(success_table(drawn)).count("<tr>") == len(success_table(drawn).rows) + 1


def test_a_sparkline_holds_the_bounds_and_leaves_gaps() -> None:
    assert sparkline([0, 0.5, 1, None, 2, -1], low=0, high=1) == "▁▅█ █▁"
    assert sparkline([1, 1], low=1, high=1) == "▁▁"
