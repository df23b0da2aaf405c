"""The journal of an event as its hall uses it: durable facts in, and the state that they come to."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from game.core.contest.floor import Floor, advance
from game.director.clock import wall_ms
from game.errors import Refused

if TYPE_CHECKING:
    from game.core.contest.facts import ContestFact, Noted
    from game.journal import Journal


class Record:
    """`floor` is replaced as a whole with every fact: reading it needs no lock. May be used from any thread."""

    def __init__(self, journal: Journal, name: str) -> None:
        """Take the event to write it; StorageFailed while another process that lives has it."""
        self.name = name
        self._lock = threading.RLock()
        self._writer = journal.contest_writer(name)
        self._noted = list(journal.contest(name))
        self.floor = Floor()
        for one in self._noted:
            self.floor = advance(self.floor, one)

    @property
    def head(self) -> str:
        """The digest of the last record: whoever notes it can tell later that nothing was rewritten."""
        return self._writer.head.digest

    def require_open(self) -> None:
        if self.floor.closed is not None:
            raise Refused("this event is closed", hint="open a new one")

    def note(self, *events: ContestFact) -> Floor:
        """Append facts, durably; raises AlreadyRecorded when one of them may be there once and is."""
        with self._lock:
            now_ms = wall_ms()
            since_ms = max(0, now_ms - (self.floor.opened_wall_ms or now_ms))
            recorded = self._writer.append(tuple((since_ms, now_ms, event) for event in events))
            for one in recorded:
                self.floor = advance(self.floor, one)
            self._noted.extend(recorded)
            return self.floor

    def noted(self, after: int = 0) -> tuple[Noted, ...]:
        """Every fact with a greater number, in order."""
        with self._lock:
            return tuple(self._noted[after:])

    def close(self) -> None:
        self._writer.close()
