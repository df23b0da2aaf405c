"""A command on a pseudo-terminal, driven as a person would: read until something shows, type, press Ctrl-C, hang up."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

CTRL_C = b"\x03"
STEP_S = 0.2
AGAIN_S = 10.0
ANSI = re.compile(rb"\x1b(?:\[[0-9;?]*[A-Za-z]|[=>])")


@dataclass
class Terminal:
    pid: int
    master: int
    shown: bytes = b""
    read_to: int = 0
    status: int | None = None
    codes: list[int] = field(default_factory=list)

    def until(self, pattern: bytes, within_s: float) -> str:
        """Read until the pattern shows in what was not read before; gives what came up to its end.

        What follows it is still to be read: on a slow machine a lot arrives at once.
        """
        deadline = time.monotonic() + within_s
        while True:
            unread = self.shown[self.read_to :]
            plain = ANSI.sub(b"", unread)
            found = re.search(pattern, plain)
            if found:
                self.read_to += _length_with_codes(unread, found.end())
                return plain[: found.end()].decode(errors="replace")
            if time.monotonic() > deadline or not self._read():
                raise AssertionError(f"waited for {pattern!r} in vain; shown:\n{self.text[-3000:]}")

    def sees(self, pattern: bytes, within_s: float) -> str:
        """Wait as `until` does, and leave all of it to be read: for what may come before or after something else."""
        read_to = self.read_to
        try:
            return self.until(pattern, within_s)
        finally:
            self.read_to = read_to

    def send(self, line: str) -> None:
        os.write(self.master, line.encode() + b"\n")

    def press(self, key: bytes) -> None:
        os.write(self.master, key)

    def press_until(self, key: bytes, pattern: bytes, within_s: float) -> str:
        """Press a key, and again after a while in which nothing came of it: bash misses a Ctrl-C while it takes in another key."""
        deadline = time.monotonic() + within_s
        while True:
            self.press(key)
            try:
                return self.until(pattern, AGAIN_S)
            except AssertionError:
                if time.monotonic() > deadline:
                    raise

    def leave_the_debrief(self, within_s: float) -> None:
        """Wait for the word that it is in the browser, and let it go."""
        self.until(rb"press Enter here", within_s)
        self.send("")

    def signal(self, number: signal.Signals) -> None:
        os.kill(self.pid, number)

    def hang_up(self) -> None:
        os.close(self.master)
        self.master = -1

    def ends(self, within_s: float) -> int:
        """Read to the end; gives the exit code (negative: the signal that ended it)."""
        deadline = time.monotonic() + within_s
        while self.status is None:
            if self.master < 0 or not self._read():
                time.sleep(STEP_S)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = status
            elif time.monotonic() > deadline:
                raise AssertionError(f"did not end within {within_s} s; shown:\n{self.text[-3000:]}")
        while self.master >= 0 and self._read():
            continue
        return os.waitstatus_to_exitcode(self.status)

    @property
    def text(self) -> str:
        return ANSI.sub(b"", self.shown).decode(errors="replace")

    def close(self) -> None:
        if self.status is None:
            os.kill(self.pid, signal.SIGKILL)
            self.status = os.waitpid(self.pid, 0)[1]
        if self.master >= 0:
            os.close(self.master)
            self.master = -1

    def _read(self) -> bool:
        """Take what has come within a moment; False once nobody writes to the terminal any more."""
        ready, _, _ = select.select([self.master], [], [], STEP_S)
        if not ready:
            return True
        try:
            data = os.read(self.master, 65_536)
        except OSError:
            return False
        self.shown += data
        return bool(data)


def _length_with_codes(shown: bytes, plain: int) -> int:
    """How many bytes of what was shown hold its first `plain` ones without terminal codes."""
    length = plain
    for code in ANSI.finditer(shown):
        if code.start() >= length:
            break
        length += len(code.group())
    return length


def on_terminal(command: list[str], environment: Mapping[str, str], folder: str) -> Terminal:
    """Start a command as the leader of a session on a terminal of 80 columns and 30 lines."""
    pid, master = pty.fork()
    if pid == 0:
        try:
            os.chdir(folder)
            os.execve(command[0], command, dict(environment))  # noqa: S606 - a list, and no shell is wanted
        finally:
            os._exit(127)
    fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 80, 0, 0))
    return Terminal(pid=pid, master=master)
