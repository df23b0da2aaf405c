"""Who of a team is here: whoever has the page open, or asked for something a moment ago."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field

HERE_S = 40.0
MOST_OF_ONE_TEAM = 60


@dataclass(slots=True)
class Presence:
    """Kept in memory only: nobody is judged by it."""

    _seen: dict[str, dict[str, float]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, team: str, member: str) -> None:
        """Somebody asked for something."""
        now = time.monotonic()
        with self._lock:
            members = self._seen.setdefault(team, {})
            if member in members or len(members) < MOST_OF_ONE_TEAM:
                members[member] = now

    def here(self, team: str) -> tuple[str, ...]:
        """Names in alphabetical order."""
        now = time.monotonic()
        with self._lock:
            members = self._seen.get(team, {})
            for gone in [name for name, seen in members.items() if now - seen > HERE_S]:
                del members[gone]
            return tuple(sorted(members))
