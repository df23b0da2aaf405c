"""What a runtime starts its servers with, whether they are processes or containers: the seam below the servers' own files."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import signal

    from game.lab.runtime.child import Command


class Program(Protocol):
    """A started server and everything it starts itself.

    `status` is its exit code once it has ended; minus the signal's number when a signal ended it. `stdin` and `stdout` are
    there for a command that talks.
    """

    @property
    def command(self) -> Command: ...
    @property
    def pid(self) -> int: ...
    @property
    def running(self) -> bool: ...
    @property
    def status(self) -> int | None: ...
    @property
    def stdin(self) -> IO[bytes] | None: ...
    @property
    def stdout(self) -> IO[bytes] | None: ...
    def stop(self, grace_s: float = 2.0) -> None: ...
    def kill(self) -> None: ...
    def signal_all(self, number: signal.Signals) -> None: ...
    def last_lines(self, count: int = 6) -> str: ...


class Starter(Protocol):
    """Starts a run's programs."""

    def start(self, command: Command) -> Program:
        """Start a server; it runs as soon as this returns, healthy or not."""

    def run(self, command: Command, within_s: float) -> None:
        """Run a program that ends by itself; ServiceFailed when it fails or takes too long."""
