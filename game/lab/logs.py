"""Reading a server's log file: the latest lines, or what came since a position; bounded, whatever its size."""

from __future__ import annotations

from typing import TYPE_CHECKING

from game.core.views import LogView

if TYPE_CHECKING:
    from pathlib import Path

MOST_BYTES = 4 * 2**20


def read_log(path: Path, *, lines: int, grep: str, after: int) -> LogView:
    """At most `lines` lines that contain `grep`, the latest; `after` >= 0 is a position that an earlier answer gave."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            begin = min(after, size) if after >= 0 else max(0, size - MOST_BYTES)
            file.seek(begin)
            content = file.read(min(size - begin, MOST_BYTES))
    except FileNotFoundError:
        return LogView(lines=(), next=0)
    whole, _, _ = content.rpartition(b"\n")
    found = [line for line in whole.decode(errors="replace").splitlines() if grep in line]
    return LogView(lines=tuple(found[-lines:]), next=begin + (len(whole) + 1 if whole else 0))
