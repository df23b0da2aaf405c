from __future__ import annotations

import pytest

from game.core.haproxy.units import duration, milliseconds, size, size_of


@pytest.mark.parametrize(
    ("word", "unit", "spelled"),
    [
        ("1000", "ms", "1s"),
        ("1000ms", "ms", "1s"),
        ("1s", "ms", "1s"),
        ("60s", "ms", "1m"),
        ("90s", "ms", "90s"),
        ("3600", "s", "1h"),
        ("24h", "ms", "1d"),
        ("10", "ms", "10ms"),
        ("10", "s", "10s"),
        ("1500ms", "ms", "1500ms"),
        ("1500ms", "s", "2s"),
        ("1us", "ms", "1ms"),
        ("1000us", "ms", "1ms"),
        ("0", "ms", "0s"),
        ("0ms", "ms", "0s"),
        ("010s", "ms", "10s"),
        ("abc", "ms", "abc"),
        ("10S", "ms", "10S"),
        ("-1", "ms", "-1"),
        ("99999d", "ms", "99999d"),
        ("", "ms", ""),
    ],
)
def test_one_spelling_for_a_time(word: str, unit: str, spelled: str) -> None:
    assert duration(word, "s" if unit == "s" else "ms") == spelled


@pytest.mark.parametrize(
    ("word", "spelled"),
    [
        ("102400", "100k"),
        ("100K", "100k"),
        ("1024k", "1m"),
        ("1000", "1000"),
        ("0", "0"),
        ("1x", "1x"),
        ("9g", "9g"),
    ],
)
def test_one_spelling_for_a_size(word: str, spelled: str) -> None:
    assert size(word) == spelled


def test_values() -> None:
    assert milliseconds("2s") == 2000
    assert milliseconds("7") == 7
    assert milliseconds("soon") is None
    assert size_of("2k") == 2048
    assert size_of("big") is None
