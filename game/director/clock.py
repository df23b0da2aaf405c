"""The run clock: milliseconds since the run opened, monotonic, standing still while the platform is at fault."""

from __future__ import annotations

import time


class RunClock:
    """Starts at 0 when made. `origin_s` is the system's monotonic clock at that moment, for other processes."""

    def __init__(self) -> None:
        self.origin_s = time.monotonic()
        self._paused_at_s: float | None = None
        self._stood_still_s = 0.0

    def now_ms(self) -> int:
        until = time.monotonic() if self._paused_at_s is None else self._paused_at_s
        return int((until - self.origin_s - self._stood_still_s) * 1000)

    def pause(self) -> None:
        if self._paused_at_s is None:
            self._paused_at_s = time.monotonic()

    def resume(self) -> None:
        if self._paused_at_s is not None:
            self._stood_still_s += time.monotonic() - self._paused_at_s
            self._paused_at_s = None

    @property
    def stood_still_ms(self) -> int:
        """How long it has stood still so far: what to take off a time measured from `origin_s`."""
        running = 0.0 if self._paused_at_s is None else time.monotonic() - self._paused_at_s
        return int((self._stood_still_s + running) * 1000)


def wall_ms() -> int:
    """UTC now, in milliseconds since 1970: only for the envelope of events, never for a decision."""
    return time.time_ns() // 1_000_000
