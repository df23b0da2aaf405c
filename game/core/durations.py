"""Lengths of time in words: one way to print them, so that screen, report and chart agree."""

from __future__ import annotations

SECOND_MS = 1000
MINUTE_MS = 60 * SECOND_MS
HOUR_MS = 60 * MINUTE_MS


def clock(duration_ms: int) -> str:
    """A position on a clock, to the nearest second: `0:41`, `12:07`, `1:02:07`, `-0:05`."""
    seconds = round(abs(duration_ms) / SECOND_MS)
    sign = "-" if duration_ms < 0 and seconds else ""
    hours, minutes = seconds // 3600, seconds // 60 % 60
    if hours:
        return f"{sign}{hours}:{minutes:02d}:{seconds % 60:02d}"
    return f"{sign}{minutes}:{seconds % 60:02d}"


def spoken(duration_ms: int) -> str:
    """A length for a sentence: `41 s`, `7 min 12 s`, `3 h`, `2 h 5 min`."""
    seconds = round(duration_ms / SECOND_MS)
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        return f"{seconds // 60} min" + (f" {seconds % 60} s" if seconds % 60 else "")
    minutes = round(seconds / 60)
    return f"{minutes // 60} h" + (f" {minutes % 60} min" if minutes % 60 else "")


def margin(uncertainty_ms: int) -> str:
    """An uncertainty: `± 0.08 s`, `± 1.2 s`, `± 14 s`; never rounded down to nothing."""
    seconds = uncertainty_ms / SECOND_MS
    if seconds >= 10:
        return f"± {seconds:.0f} s"
    return f"± {seconds:.1f} s" if seconds >= 1 else f"± {max(seconds, 0.01):.2f} s"


def percent(share: float, *, digits: int = 1) -> str:
    """A share 0-1: `71.2 %`; whole hundreds without decimals."""
    return f"{share * 100:.0f} %" if share in {0, 1} else f"{share * 100:.{digits}f} %"
