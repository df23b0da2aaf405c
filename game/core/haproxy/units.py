"""Durations and sizes: one spelling for each value, whatever unit it was written in."""

from __future__ import annotations

import re
from typing import Literal

_TIME = re.compile(r"([0-9]{1,12})(us|ms|s|m|h|d|)")
_MICROSECONDS = {
    "us": 1,
    "ms": 1_000,
    "s": 1_000_000,
    "m": 60_000_000,
    "h": 3_600_000_000,
    "d": 86_400_000_000,
}
_SIZE = re.compile(r"([0-9]{1,12})([kKmMgG]?)")
_BYTES = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}
# HAProxy counts in a signed 32-bit number of milliseconds or seconds and refuses more.
_LARGEST = 2_147_483_647
_LARGEST_SIZE = 4_294_967_295

TimeUnit = Literal["ms", "s"]


def duration(word: str, unit: TimeUnit = "ms") -> str:
    """Spell a time in its largest whole unit. `unit` is both what a bare number means and the setting's precision.

    Anything that is not a time, or is beyond HAProxy's range, comes back unchanged.
    """
    found = _TIME.fullmatch(word)
    if found is None:
        return word
    precision = _MICROSECONDS[unit]
    # HAProxy rounds up to the setting's precision: 1us is 1ms.
    count = -(-int(found[1]) * _MICROSECONDS[found[2] or unit] // precision)
    if count > _LARGEST:
        return word
    for name in ("d", "h", "m", "s"):
        whole, rest = divmod(count * precision, _MICROSECONDS[name])
        if rest == 0 and (whole or name == "s"):
            return f"{whole}{name}"
    return f"{count}{unit}"


def milliseconds(word: str) -> int | None:
    """Tell how many milliseconds a time means (a bare number is milliseconds); None if it is not a time."""
    found = _TIME.fullmatch(word)
    return None if found is None else -(-int(found[1]) * _MICROSECONDS[found[2] or "ms"] // 1_000)


def size(word: str) -> str:
    """Spell a size in its largest whole binary unit: 102400 is 100k. Anything else comes back unchanged."""
    count = size_of(word)
    if count is None or count > _LARGEST_SIZE:
        return word
    for name in ("g", "m", "k"):
        whole, rest = divmod(count, _BYTES[name])
        if whole and rest == 0:
            return f"{whole}{name}"
    return str(count)


def size_of(word: str) -> int | None:
    """Tell how many bytes or entries a size means; None if it is not a size."""
    found = _SIZE.fullmatch(word)
    return None if found is None else int(found[1]) * _BYTES[found[2].lower()]
