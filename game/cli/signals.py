"""Signals that end the game: the first one unwinds the main thread, further ones find the end under way."""

from __future__ import annotations

import os
import signal
import sys
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from game.cli.wakeup import brought

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
WORDS = b"\ninterrupted: ending the run, keeping its evidence\n"


class Interrupted(KeyboardInterrupt):
    """SIGINT, SIGTERM or SIGHUP; the message is its name."""


class Interruption:
    """What SIGINT, SIGTERM and SIGHUP do while a run is open. Only the main thread ever sees a signal."""

    def __init__(self) -> None:
        self._raised = False
        self._shields = 0
        self._waiting = ""
        self._heard = threading.Event()

    @contextmanager
    def caught(self) -> Iterator[Interruption]:
        """Handle the signals for as long as the block lasts; elsewhere than in the main thread, do nothing."""
        if threading.current_thread() is not threading.main_thread():
            yield self
            return
        former = {number: signal.signal(number, self._handle) for number in ENDING}
        try:
            with brought(frozenset(ENDING), self._heard):
                yield self
        finally:
            for number, handler in former.items():
                signal.signal(number, handler)

    @contextmanager
    def shield(self) -> Iterator[None]:
        """Let what must not be cut in two end first; a signal that came meanwhile counts afterwards."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        self._shields += 1
        try:
            yield
        finally:
            self._shields -= 1
            if self._waiting and not self._shields:
                self._interrupt(self._waiting)

    def _handle(self, number: int, frame: FrameType | None) -> None:
        del frame
        self._heard.set()
        name = signal.Signals(number).name
        if self._shields:
            self._waiting = name
        else:
            self._interrupt(name)

    def _interrupt(self, name: str) -> None:
        self._waiting = ""
        if self._raised:
            return
        self._raised = True
        # Straight to the descriptor: the signal may have come in the middle of a print. A terminal may be gone.
        with suppress(OSError, ValueError):
            os.write(sys.stderr.fileno(), WORDS)
        raise Interrupted(name)
