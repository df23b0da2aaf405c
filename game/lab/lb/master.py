"""HAProxy's master over its socket: which processes there are, reloads, and commands for the worker that serves.

The master answers once the asking side has closed its half of the connection; a client that keeps it open waits in vain.
`reload` answers `Success=0` or `Success=1` since HAProxy 2.7; before, it answers nothing and only the list of processes
tells what became of it. Both are handled by looking at the list.
"""

from __future__ import annotations

import re
import socket
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from game.errors import ServiceFailed

if TYPE_CHECKING:
    from pathlib import Path

ANSWER_WITHIN_S = 3.0
RELOAD_WITHIN_S = 15.0
READY_WITHIN_S = 5.0
STEP_S = 0.01
MAX_ANSWER_BYTES = 16 * 1024 * 1024

_PROCESS = re.compile(r"(\d+)\s+(master|worker)\s+(?:\[was: \d+\]\s+)?(\d+)(?:\s+\[failed: (\d+)\])?")
_PID = re.compile(r"^Pid: (\d+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Processes:
    """What `show proc` tells. `worker` serves (0: none); `reloads` and `failed` are the master's counters.

    `failed` counts the failures since the last reload that worked.
    """

    master: int
    worker: int
    old_workers: tuple[int, ...]
    reloads: int
    failed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reload:
    """What became of a reload. `log` is what HAProxy said (2.7 and later), `worker` the process that serves now."""

    worked: bool
    worker: int
    took_ms: int
    log: str


class Master:
    """A client of the master's socket; opens a connection for each command and may be used by several threads."""

    def __init__(self, path: Path) -> None:
        """Take the socket's path (`Place.master_socket`)."""
        self._path = path

    def ask(self, command: str, within_s: float = ANSWER_WITHIN_S) -> str:
        """Return the master's answer. Raises ServiceFailed when it does not answer in time."""
        deadline = time.monotonic() + within_s
        parts: list[bytes] = []
        size = 0
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
                connection.settimeout(within_s)
                connection.connect(str(self._path))
                connection.sendall(command.encode() + b"\n")
                connection.shutdown(socket.SHUT_WR)
                while part := connection.recv(65536):
                    parts.append(part)
                    size += len(part)
                    if size > MAX_ANSWER_BYTES or time.monotonic() > deadline:
                        raise TimeoutError("the answer does not end")
        except OSError as error:
            raise ServiceFailed(
                f"haproxy: its master does not answer `{command[:60]}`: {error}",
                hint="`danceoff logs haproxy` shows its last words; `danceoff service restart haproxy` starts it again",
            ) from error
        return b"".join(parts).decode(errors="replace")

    def ask_worker(self, command: str) -> str:
        """Return the answer of the worker that serves."""
        return self.ask(f"@1 {command}")

    def processes(self) -> Processes:
        return processes_of(self.ask("show proc"))

    def serving_pid(self) -> int:
        """Return the process id that the worker itself tells; 0 while there is none that answers."""
        found = _PID.search(self.ask_worker("show info"))
        return int(found[1]) if found else 0

    def wait_until_serving(self, within_s: float = READY_WITHIN_S) -> int:
        """Wait for a worker that answers, which a fresh HAProxy's traffic can precede by a moment; returns its pid."""
        deadline = time.monotonic() + within_s
        while True:
            try:
                if pid := self.serving_pid():
                    return pid
            except ServiceFailed:
                if time.monotonic() > deadline:
                    raise
            if time.monotonic() > deadline:
                raise ServiceFailed(
                    f"haproxy: no worker answered its master within {within_s:g} s",
                    hint="`danceoff logs haproxy` shows its last words",
                )
            time.sleep(STEP_S)  # the polling step: the master tells only who asks

    def reload(self, within_s: float = RELOAD_WITHIN_S) -> Reload:
        """Have the files read again, and wait until a new worker answers or it is certain that none will."""
        before = self.processes()
        started = time.monotonic()
        answer = self.ask("reload", within_s)
        while True:
            took_ms = round((time.monotonic() - started) * 1000)
            after = self._processes_while_reloading(before, started + within_s)
            if answer.startswith("Success=0") or after.failed > before.failed:
                return Reload(worked=False, worker=after.worker, took_ms=took_ms, log=answer)
            if after.worker not in {0, before.worker} and self.serving_pid() == after.worker:
                return Reload(worked=True, worker=after.worker, took_ms=took_ms, log=answer)
            if took_ms > within_s * 1000:
                log = f"{answer}\nno new worker answered within {within_s:.0f} s"
                return Reload(worked=False, worker=after.worker, took_ms=took_ms, log=log)
            time.sleep(STEP_S)  # the polling step: the master tells only who asks

    def _processes_while_reloading(self, before: Processes, deadline: float) -> Processes:
        """Before HAProxy 2.7 nobody listens for a moment, while the master executes itself anew: nothing has changed then."""
        try:
            return self.processes()
        except ServiceFailed:
            if time.monotonic() > deadline:
                raise
            return before


def processes_of(text: str) -> Processes:
    """Read the answer of `show proc` (HAProxy 2.4 and later)."""
    master, reloads, failed = 0, 0, 0
    current: list[int] = []
    old: list[int] = []
    into = current
    for line in text.splitlines():
        if line.startswith("# old workers"):
            into = old
        elif line.startswith("# programs"):
            break
        elif (found := _PROCESS.match(line)) is not None:
            if found[2] == "master":
                master, reloads, failed = int(found[1]), int(found[3]), int(found[4] or 0)
            else:
                into.append(int(found[1]))
    if not master:
        raise ServiceFailed(
            f"haproxy: its master's list of processes makes no sense: {text.strip()[:80]!r}",
            hint="`danceoff doctor` tells which HAProxy is used; 2.6 to 2.8 are known to work",
        )
    serving = current[0] if current else 0
    return Processes(master=master, worker=serving, old_workers=tuple(old), reloads=reloads, failed=failed)
