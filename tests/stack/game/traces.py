"""What a game leaves behind: processes, transient files, ports, and its run in the journal."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import TYPE_CHECKING

from game.core.events import Closed
from game.journal import Journal, sqlite_url
from game.lab.ports import bindable
from game.lab.process_table import processes
from game.rehearsal.leftovers import leftovers

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from game.core.events import Recorded

GONE_WITHIN_S = 15.0
STEP_S = 0.05


def runs(home: Path) -> list[Path]:
    return sorted((home / "runs").glob("*")) if (home / "runs").is_dir() else []


def left(root: Path) -> list[str]:
    """Everything of a run that should be gone."""
    found = list(leftovers(root))
    for one in processes():
        try:
            line = Path(f"/proc/{one.pid}/cmdline").read_bytes()
        except OSError:
            continue
        if bytes(root) in line and one.alive:
            found.append(line.replace(b"\0", b" ").decode(errors="replace")[:100])
    return found


def gone_after(
    look: Callable[[], Sequence[object]], within_s: float = GONE_WITHIN_S, stays_s: float = 0.0
) -> float | None:
    """Seconds until nothing is seen any more, and then for `stays_s` on; None when something is seen after `within_s`.

    What a game asked an engine for may come up when the game is dead, and when there was nothing of it for a moment.
    """
    started = time.monotonic()
    gone_at: float | None = None
    while True:
        seen, now = look(), time.monotonic()
        if seen:
            gone_at = None
            if now - started > within_s:
                return None
        elif gone_at is None:
            gone_at = now
        if gone_at is not None and now - gone_at >= stays_s:
            return gone_at - started
        time.sleep(STEP_S)


def seconds_until_gone(root: Path, within_s: float = GONE_WITHIN_S) -> float:
    took_s = gone_after(lambda: left(root), within_s)
    assert took_s is not None, left(root)
    return took_s


def taken_ports(root: Path) -> list[int]:
    """The ports that the run's load balancer listened on and that are still taken."""
    try:
        text = (root / "live" / "haproxy.cfg").read_text()
    except OSError:
        return []
    return [port for port in map(int, re.findall(r"bind 127\.0\.0\.1:(\d+)", text)) if not bindable(port)]


def facts(home: Path, run: str) -> tuple[Recorded, ...]:
    """The run's facts, from a journal that verifies."""
    with Journal.open(sqlite_url(home / "journal.db")) as journal:
        journal.verify(run)
        return journal.read(run)


def ending(home: Path, run: str) -> Closed | None:
    return next((one.event for one in facts(home, run) if isinstance(one.event, Closed)), None)
