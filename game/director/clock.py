"""The run clock: milliseconds since the run opened, monotonic, standing still while the platform is at fault."""

from __future__ import annotations

import time


class RunClock:
    """Starts at 0 when made. Other processes get `origin_ns`, anew after each pause."""

    def __init__(self) -> None:
        self._origin_s = time.monotonic()
        self._paused_at_s: float | None = None
        self._stood_still_s = 0.0

    def now_ms(self) -> int:
        until = time.monotonic() if self._paused_at_s is None else self._paused_at_s
        return int((until - self._origin_s - self._stood_still_s) * 1000)

    @property
    def stands(self) -> bool:
        return self._paused_at_s is not None

    def pause(self) -> None:
        if self._paused_at_s is None:
            self._paused_at_s = time.monotonic()

    def resume(self) -> None:
        if self._paused_at_s is not None:
            self._stood_still_s += time.monotonic() - self._paused_at_s
            self._paused_at_s = None

    @property
    def origin_ns(self) -> int:
        """The reading of CLOCK_MONOTONIC at which this clock would have stood at 0, had it never stood still."""
        return int((self._origin_s + self._stood_still_s) * 1_000_000_000)


def wall_ms() -> int:
    """UTC now, in milliseconds since 1970: only for the envelope of events, never for a decision."""
    return time.time_ns() // 1_000_000
