"""The terminal, kept as it was found: who is in its foreground, and how it takes input."""

from __future__ import annotations

import os
import signal
import sys
import termios
from contextlib import suppress
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Terminal:
    """Standard input, if it is a terminal (`descriptor` -1: it is none), and the settings it was found with."""

    descriptor: int
    settings: list[Any]

    def foreground(self) -> int:
        """Return the process group that has the terminal; 0 when there is no terminal, or it is gone."""
        if self.descriptor < 0:
            return 0
        try:
            return os.tcgetpgrp(self.descriptor)
        except OSError:
            return 0

    def take_back(self) -> None:
        """Be the foreground again, with the settings as found. A shell that was killed leaves both as it liked them."""
        if self.descriptor < 0:
            return
        # Whoever is not in the foreground is stopped by this signal when touching the terminal.
        former = signal.signal(signal.SIGTTOU, signal.SIG_IGN)
        try:
            with suppress(OSError, termios.error):
                os.tcsetpgrp(self.descriptor, os.getpgrp())
                termios.tcsetattr(self.descriptor, termios.TCSADRAIN, self.settings)
        finally:
            signal.signal(signal.SIGTTOU, former)


def keep_terminal() -> Terminal:
    """Look at the terminal as it is now."""
    try:
        descriptor = sys.stdin.fileno()
        return Terminal(descriptor=descriptor, settings=termios.tcgetattr(descriptor))
    except (OSError, ValueError, termios.error):
        return Terminal(descriptor=-1, settings=[])
