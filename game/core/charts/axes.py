"""Axes: values to pixels, and round ticks that people read without counting."""

from __future__ import annotations

from dataclasses import dataclass
from math import log

from game.core.durations import HOUR_MS, MINUTE_MS, SECOND_MS

STEPS_S = (5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400)
LOG_TICKS_MS = (
    *(seconds * SECOND_MS for seconds in (1, 3, 10, 30)),
    *(minutes * MINUTE_MS for minutes in (1, 3, 10, 30)),
    *(hours * HOUR_MS for hours in (1, 2, 4, 8, 24)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """Places values between `low` and `high` on pixels `start` to `end`; values outside are held at the edge."""

    low: float
    high: float
    start: float
    end: float
    logarithmic: bool = False

    def place(self, value: float) -> float:
        held = min(max(value, self.low), self.high)
        if self.logarithmic:
            part = log(held / self.low) / log(self.high / self.low)
        else:
            part = (held - self.low) / (self.high - self.low)
        return self.start + part * (self.end - self.start)


def duration_ticks(low_ms: float, high_ms: float, *, at_most: int) -> tuple[int, ...]:
    """Round times between the bounds, at most so many, always through 0 if 0 is inside."""
    steps = [step * SECOND_MS for step in STEPS_S]
    step_ms = next((step for step in steps if (high_ms - low_ms) / step < at_most), None)
    if step_ms is None:
        step_ms = steps[-1] * (int((high_ms - low_ms) / steps[-1] / at_most) + 1)
    first = -(-low_ms // step_ms)
    ticks = []
    position = int(first)
    while position * step_ms <= high_ms:
        ticks.append(position * step_ms)
        position += 1
    return tuple(ticks)


def log_ticks(low_ms: float, high_ms: float) -> tuple[int, ...]:
    return tuple(tick for tick in LOG_TICKS_MS if low_ms <= tick <= high_ms)


def share_floor(lowest: float) -> float:
    """Where a success axis should begin, so that the dip is seen and not exaggerated: 0, 0.5 or 0.9."""
    return next((floor for floor in (0.9, 0.5) if lowest >= floor + 0.02), 0.0)


def share_ticks(floor: float) -> tuple[float, ...]:
    step = (1 - floor) / 5 if floor != 0 else 0.25
    count = round((1 - floor) / step)
    return tuple(round(floor + step * index, 4) for index in range(count + 1))


def count_ticks(high: int, *, at_most: int) -> tuple[int, ...]:
    """Whole numbers from 0 to at least `high`, in steps of 1, 2, 5, 10 ..."""
    scale = 1
    while True:
        for step in (scale, 2 * scale, 5 * scale):
            if high <= step * at_most:
                last = -(-max(high, 1) // step)
                return tuple(step * index for index in range(last + 1))
        scale *= 10
