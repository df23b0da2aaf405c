"""A series as one line of block characters."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

BLOCKS = "▁▂▃▄▅▆▇█"


def sparkline(values: Sequence[float | None], *, low: float, high: float) -> str:
    """One character a value, a blank where there is none; values outside the bounds are held at the edge."""
    return "".join(" " if value is None else _block(value, low, high) for value in values)


def _block(value: float, low: float, high: float) -> str:
    if high <= low:
        return BLOCKS[0]
    part = (min(max(value, low), high) - low) / (high - low)
    return BLOCKS[min(int(part * len(BLOCKS)), len(BLOCKS) - 1)]
