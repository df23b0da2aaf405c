"""Server processes of a run: started so that they cannot outlive it, ended by pid.

Three things stand between a server and being left over. It waits at a gate (one `read` in a shell that then becomes
the server) until it is registered for the reaper; if the game dies before, the gate's pipe closes and nothing starts.
`setpriv --pdeathsig` lets the kernel signal it when the game dies; that needs no Python between fork and exec, which
`preexec_fn` would, and which can deadlock in a program with threads. And it leads a session of its own, by which
all its descendants are found.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from game.errors import ServiceFailed
from game.lab.process_table import family, processes
from game.lab.register import Registered, register

if TYPE_CHECKING:
    from pathlib import Path

    from game.lab.unprivileged import Unprivileged

GATE = 'IFS= read -r _ && exec "$@" </dev/null'
# A process that is talked to over its standard input goes on reading after the gate's line.
TALKING_GATE = 'IFS= read -r _ && exec "$@"'
START_TIMEOUT_S = 20.0
STEP_S = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """How to start a server. `log` gets what it prints; `talks` keeps its standard input and output as pipes."""

    service: str
    arguments: tuple[str, ...]
    directory: Path
    log: Path
    account: Unprivileged | None = None
    environment: tuple[tuple[str, str], ...] = ()
    stop_signal: signal.Signals = signal.SIGTERM
    talks: bool = False


@dataclass(slots=True, kw_only=True)
class Child:
    """A started server and everything it starts itself."""

    command: Command
    process: subprocess.Popen[bytes]
    entry: Registered

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def running(self) -> bool:
        return self.process.poll() is None

    @property
    def status(self) -> int | None:
        return self.process.returncode

    @property
    def stdin(self) -> IO[bytes] | None:
        return self.process.stdin

    @property
    def stdout(self) -> IO[bytes] | None:
        return self.process.stdout

    def ask_to_stop(self) -> None:
        """Signal it to end; a paused one is woken up first."""
        if self.running:
            self.signal_all(signal.SIGCONT)
            self._send(self.pid, self.command.stop_signal)

    def stop(self, grace_s: float = 2.0) -> None:
        """End it, in good order if it manages within the grace, and everything that it started."""
        self.ask_to_stop()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=grace_s)
        self.kill()

    def kill(self) -> None:
        """End it and everything it started, at once; returns when they are gone."""
        deadline = time.monotonic() + START_TIMEOUT_S
        while self.running or self._family():
            self.signal_all(signal.SIGKILL)
            if time.monotonic() > deadline:
                raise ServiceFailed(
                    f"{self.command.service}: process {self.pid} does not die even by SIGKILL",
                    hint="look for a full disk or a hung mount in `dmesg`",
                )
            try:
                self.process.wait(timeout=STEP_S)
            except subprocess.TimeoutExpired:
                continue
        if self.process.stdin is not None:
            # Whatever was not read any more is of no interest.
            with contextlib.suppress(OSError):
                self.process.stdin.close()

    def signal_all(self, number: signal.Signals) -> None:
        """Send a signal to it and everything it started."""
        for pid in self._family():
            self._send(pid, number)

    def last_lines(self, count: int = 6) -> str:
        """Return the end of its log, for an error message."""
        return last_lines(self.command.log, count)

    def _family(self) -> tuple[int, ...]:
        return tuple(one.pid for one in family(self.pid, self.entry.start, processes()))

    def _send(self, pid: int, number: signal.Signals) -> None:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            # Gone between looking and signalling, which is what the signal was for.
            return


class Spawner:
    """Starts a run's children, all from one thread that lives as long as the run.

    The kernel ties the death signal to the THREAD that started a process: were a passing thread to start a server,
    the server would be killed when that thread ends.
    """

    def __init__(self, root: Path) -> None:
        """Take the run's root, below which the register lies."""
        self._root = root
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="spawner")
        self._children: list[Child] = []
        self._closed = False

    def start(self, command: Command) -> Child:
        """Start a server; it runs as soon as this returns, healthy or not."""
        try:
            return self._thread.submit(self._start, command).result(timeout=START_TIMEOUT_S)
        except RuntimeError as error:
            # What an executor raises once it is shut down.
            raise ServiceFailed(f"{command.service}: not started, the run is being taken down") from error

    def run(self, command: Command, within_s: float) -> None:
        """Run a program that ends by itself; registered like a server, so that it does not outlive the game either."""
        child = self.start(command)
        try:
            code = child.process.wait(timeout=within_s)
        except subprocess.TimeoutExpired as error:
            raise ServiceFailed(
                f"{command.service}: not done after {within_s:.0f} s: {child.last_lines()}",
                hint="the machine or its disk is too busy",
            ) from error
        finally:
            child.kill()
        if code != 0:
            raise ServiceFailed(
                f"{command.service} failed with {code}: {child.last_lines()}",
                hint="see whether the disk has room",
            )

    def children(self) -> tuple[Child, ...]:
        return tuple(self._children)

    def close(self) -> None:
        """Start nothing from now on; the thread itself lives on until `end`, since it keeps the children alive."""
        self._closed = True

    def end(self) -> None:
        """Let the thread go, and with it whatever it started."""
        self._closed = True
        self._thread.shutdown(wait=True)

    def _start(self, command: Command) -> Child:
        if self._closed:
            raise ServiceFailed(f"{command.service}: not started, the run is being taken down")
        self._forget(command.service)
        account = command.account
        with command.log.open("ab") as log:
            try:
                process = subprocess.Popen(
                    [
                        "/bin/sh",
                        "-c",
                        TALKING_GATE if command.talks else GATE,
                        "danceoff",
                        *_guarded(command),
                    ],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE if command.talks else log,
                    stderr=log,
                    cwd=command.directory,
                    env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", **dict(command.environment)},
                    start_new_session=True,
                    user=account.uid if account else None,
                    group=account.gid if account else None,
                    extra_groups=[] if account else None,
                )
            except OSError as error:
                raise ServiceFailed(f"{command.service} does not start: {error}") from error
        entry = register(self._root, process.pid, command.service, command.stop_signal)
        child = Child(command=command, process=process, entry=entry)
        self._children.append(child)
        _open_gate(child)
        return child

    def _forget(self, service: str) -> None:
        """End what is left of a server that died: what it had started may outlive it by a moment, with its port."""
        before = next((one for one in reversed(self._children) if one.command.service == service), None)
        if before is not None and not before.running:
            before.kill()


def last_lines(log: Path, count: int = 6) -> str:
    """Return the last lines of a log, joined by ` | `; empty when there is none."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - 4096))
            lines = file.read().decode(errors="replace").splitlines()
    except OSError:
        return ""
    return " | ".join(line.strip() for line in lines[-count:])


def _guarded(command: Command) -> tuple[str, ...]:
    """Let the kernel end the server with the game where util-linux is there; the reaper does it everywhere."""
    setpriv = shutil.which("setpriv", path=os.defpath)
    if setpriv is None:
        return command.arguments
    number = command.stop_signal.name.removeprefix("SIG")
    return (setpriv, "--no-new-privs", "--pdeathsig", number, "--", *command.arguments)


def _open_gate(child: Child) -> None:
    stdin = child.process.stdin
    if stdin is None:
        return
    try:
        stdin.write(b"\n")
        stdin.flush()
        if not child.command.talks:
            stdin.close()
    except BrokenPipeError:
        # It died at the gate; whoever waits for its health reports that with its log.
        return
