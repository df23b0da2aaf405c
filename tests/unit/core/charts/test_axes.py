from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from game.core.charts.axes import Axis, count_ticks, duration_ticks, log_ticks, share_floor, share_ticks

times = st.integers(min_value=-60_000, max_value=20_000_000)


@given(times, st.integers(min_value=1, max_value=20_000_000), st.integers(min_value=2, max_value=12))
def test_duration_ticks_are_round_few_and_inside(low: int, span: int, at_most: int) -> None:
    ticks = duration_ticks(low, low + span, at_most=at_most)
    assert len(ticks) <= at_most + 1
    assert all(low <= tick <= low + span for tick in ticks)
    assert all(tick % 5000 == 0 for tick in ticks)
    if low <= 0 <= low + span:
        assert 0 in ticks


@given(st.integers(min_value=0, max_value=10**6), st.integers(min_value=1, max_value=8))
def test_count_ticks_reach_the_highest_count(high: int, at_most: int) -> None:
    ticks = count_ticks(high, at_most=at_most)
    assert ticks[0] == 0
    assert ticks[-1] >= high
    assert len(ticks) <= at_most + 1 or high == 0


@given(st.floats(min_value=-10, max_value=10**9), st.booleans())
def test_an_axis_stays_inside_its_pixels(value: float, logarithmic: bool) -> None:
    axis = Axis(low=1000, high=10_000_000, start=50, end=900, logarithmic=logarithmic)
    assert 50 <= axis.place(value) <= 900


def test_a_logarithmic_axis_gives_each_factor_the_same_room() -> None:
    axis = Axis(low=1, high=100, start=0, end=200, logarithmic=True)
    assert axis.place(10) == pytest.approx(100)


def test_an_axis_downwards() -> None:
    assert Axis(low=0, high=1, start=200, end=100).place(0.25) == 175


@pytest.mark.parametrize(("lowest", "floor"), [(0.99, 0.9), (0.71, 0.5), (0.5, 0.0), (0.0, 0.0)])
def test_the_success_axis_begins_where_the_dip_is_seen(lowest: float, floor: float) -> None:
    assert share_floor(lowest) == floor
    assert share_ticks(floor)[0] == floor
    assert share_ticks(floor)[-1] == 1


def test_log_ticks_span_seconds_to_hours() -> None:
    assert log_ticks(10_000, 14_400_000)[0] == 10_000
    assert log_ticks(10_000, 14_400_000)[-1] == 14_400_000
