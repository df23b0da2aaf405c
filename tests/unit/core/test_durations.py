from __future__ import annotations

import pytest

from game.core.durations import clock, margin, percent, spoken


@pytest.mark.parametrize(
    ("duration_ms", "text"),
    [
        (0, "0:00"), (41_000, "0:41"), (59_700, "1:00"), (727_000, "12:07"), (3_727_000, "1:02:07"),
        (-5_000, "-0:05"), (-300, "0:00"), (-61_000, "-1:01"),
    ],
)  # fmt: skip
def test_clock(duration_ms: int, text: str) -> None:
    assert clock(duration_ms) == text


@pytest.mark.parametrize(
    ("duration_ms", "text"),
    [
        (400, "0 s"), (41_000, "41 s"), (60_000, "1 min"), (432_000, "7 min 12 s"), (10_800_000, "3 h"),
        (7_500_000, "2 h 5 min"), (3_599_600, "1 h"),
    ],
)  # fmt: skip
def test_spoken(duration_ms: int, text: str) -> None:
    assert spoken(duration_ms) == text


def test_clock_and_spoken_round_alike() -> None:
    assert clock(15_700) == "0:16"
    assert spoken(15_700) == "16 s"


@pytest.mark.parametrize(
    ("uncertainty_ms", "text"), [(1, "± 0.01 s"), (84, "± 0.08 s"), (1_230, "± 1.2 s"), (14_200, "± 14 s")]
)
def test_a_margin_is_never_rounded_to_nothing(uncertainty_ms: int, text: str) -> None:
    assert margin(uncertainty_ms) == text


@pytest.mark.parametrize(
    ("share", "text"), [(0, "0 %"), (1, "100 %"), (0.9995, "100.0 %"), (0.7125, "71.2 %")]
)
def test_percent(share: float, text: str) -> None:
    assert percent(share) == text
