"""Named pipes in place of a container's standard input and output: nothing stands between the game and the program."""

from __future__ import annotations

import contextlib
import io
import os
import select
import time
from typing import IO, TYPE_CHECKING

from game.errors import ServiceFailed

if TYPE_CHECKING:
    from pathlib import Path

    from typing_extensions import Buffer

    from game.lab.unprivileged import Unprivileged

STEP_S = 0.01
OPEN_WITHIN_S = 15.0


class _Reading(io.FileIO):
    """A pipe that nobody has opened for writing yet reads as ended; so the first read waits for something, or a real end."""

    _begun = False

    def readinto(self, buffer: Buffer, /) -> int | None:
        if not self._begun:
            poll = select.poll()
            poll.register(self.fileno(), select.POLLIN | select.POLLHUP)
            poll.poll()
            self._begun = True
        return super().readinto(buffer)


class Pipes:
    """`make` before the container starts, `open` once it does; `stdin` is written to, `stdout` read from."""

    def __init__(self, folder: Path) -> None:
        """Take the folder to make them in, which must not be there yet."""
        self.folder = folder
        self.stdin: IO[bytes] | None = None
        self.stdout: IO[bytes] | None = None
        self._reading = -1

    def make(self, account: Unprivileged | None) -> None:
        """Make the pipes for a program that runs as that account."""
        self.folder.mkdir(mode=0o700, parents=True)
        paths = [self.folder / name for name in ("in", "out")]
        for path in paths:
            os.mkfifo(path, 0o600)
        if account is not None:
            account.own(self.folder, *paths)
        # Reading is opened first and without waiting; the program's own opening for writing then finds a reader.
        self._reading = os.open(self.folder / "out", os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)

    def open(self) -> None:
        """Wait until the program has opened its side, and open this one."""
        deadline = time.monotonic() + OPEN_WITHIN_S
        writing = -1
        while writing < 0:
            try:
                writing = os.open(self.folder / "in", os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)
            except OSError as error:
                # No reader so far.
                if time.monotonic() > deadline:
                    self.close()
                    raise ServiceFailed("a container did not open its pipes", hint="see its log") from error
                time.sleep(STEP_S)  # the polling step: a pipe without a reader cannot wake anybody
        os.set_blocking(writing, True)
        os.set_blocking(self._reading, True)
        self.stdin = os.fdopen(writing, "wb")
        self.stdout = io.BufferedReader(_Reading(self._reading, "rb"))
        self._reading = -1

    def ended(self) -> None:
        """Let a reader find the end, also when the program is gone that never opened its side."""
        with contextlib.suppress(OSError):
            os.close(os.open(self.folder / "out", os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC))

    def close(self) -> None:
        """Let the program know that nobody talks to it any more; idempotent."""
        if self._reading >= 0:
            os.close(self._reading)
            self._reading = -1
        if self.stdin is not None and not self.stdin.closed:
            try:
                self.stdin.close()
            except OSError:
                # Whatever was not read any more is of no interest.
                return
