"""The small line of a team's last minute: on one scale for all, with a name for those who cannot see it."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from game.core.charts.spark import EDGE, HEIGHT, WIDTH, described, spark

shares = st.lists(st.none() | st.floats(min_value=-0.5, max_value=1.5), max_size=200)


def points(markup: str) -> list[tuple[float, float]]:
    found = re.findall(r'<polyline points="([^"]*)"', markup)
    return [(float(x), float(y)) for text in found for x, y in (pair.split(",") for pair in text.split())]


@given(shares)
def test_the_line_stays_in_its_box(success: list[float | None]) -> None:
    drawn = spark(success)
    assert all(0 <= x <= WIDTH and EDGE <= y <= HEIGHT - EDGE for x, y in points(drawn))
    # It is sent to hundreds every second.
    assert len(drawn) < 1000


def test_equal_shares_are_equally_high_whatever_else_happens() -> None:
    calm, storm = spark([0.7] * 60), spark([0.0] * 30 + [0.7] * 30)
    assert points(calm)[-1] == points(storm)[-1]
    assert points(spark([1.0] * 60))[-1] == (WIDTH, EDGE)
    assert points(spark([0.0] * 60))[-1] == (WIDTH, HEIGHT - EDGE)


def test_a_level_line_is_two_points_and_a_gap_is_a_gap() -> None:
    assert len(points(spark([1.0] * 60))) == 2
    assert spark([1.0] * 20 + [None] * 20 + [1.0] * 20).count("<polyline") == 2
    assert "<polyline" not in spark([])
    # A run that began a moment ago stands at the right.
    assert min(x for x, _ in points(spark([1.0] * 10))) > WIDTH * 0.8


def test_it_says_what_it_shows() -> None:
    assert described([]) == "no requests yet"
    assert described([1.0, 0.5, 0.7]) == "success 70 %, lowest of the last minute 50 %"
    assert 'aria-label="success 70 %' in spark([0.7])
