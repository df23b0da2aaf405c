"""Prepare, barrier, go: the faults of a round come into service at one instant.

A run may arm its fault once it is let go. Everything slow (the commit, HAProxy's check) is done then; right before the
reload each run waits for the others. Nobody waits for ever for a run that has died meanwhile.
"""

from __future__ import annotations

import threading
from functools import partial
from typing import TYPE_CHECKING

from game.director.gate import Gate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

TOGETHER_WITHIN_S = 12.0


class Barrier:
    """One round's. What gates ask is answered without a lock: runs ask while they hold theirs."""

    def __init__(self) -> None:
        self._let_go: frozenset[str] = frozenset()
        self._meeting: threading.Barrier | None = None
        self._met: frozenset[str] = frozenset()
        self._lock = threading.Lock()

    def gate(self, run: str, debriefed: Callable[[], bool], others: Callable[[], tuple[str, ...]]) -> Gate:
        return Gate(
            lifted=lambda: run in self._let_go,
            together=partial(self._arrive, run),
            debriefed=debriefed,
            others=others,
        )

    def go(self, runs: Iterable[str]) -> None:
        """Let these runs go together."""
        with self._lock:
            self._met = frozenset(runs)
            self._meeting = threading.Barrier(max(1, len(self._met)), timeout=TOGETHER_WITHIN_S)
            self._let_go |= self._met

    def go_alone(self, run: str) -> None:
        """Let a run go that came too late for the others; it waits for nobody."""
        with self._lock:
            self._let_go |= {run}

    def withdraw(self, run: str) -> None:
        """A run that has ended is not waited for."""
        with self._lock:
            meeting = self._meeting if run in self._met else None
            self._met -= {run}
        if meeting is not None:
            meeting.abort()

    def _arrive(self, run: str) -> None:
        with self._lock:
            meeting = self._meeting if run in self._met else None
        if meeting is None:
            return
        try:
            meeting.wait()
        except threading.BrokenBarrierError:
            # Somebody did not come: the others have waited long enough.
            return
        finally:
            with self._lock:
                self._met -= {run}
