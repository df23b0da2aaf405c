"""The game's side of the load worker: starts the program, gives it the plan, hands its batches on, notices its death."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Protocol

from game.errors import ServiceFailed
from game.lab.load.wire import (
    Anew,
    Failed,
    NotUnderstood,
    Ready,
    SetOrigin,
    SetRate,
    Stop,
    decode_report,
    encode_command,
    encode_plan,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from game.core.outcome import LoadBatch
    from game.lab.load.plan import LoadPlan
    from game.lab.load.wire import Command

READY_S = 20.0
PATIENCE_S = 2.0


class Load(Protocol):
    """Offers load to a stack. `prepare` may be called early, to have the program warm; `stop` is idempotent."""

    def prepare(self) -> None: ...

    def start(self, plan: LoadPlan) -> None: ...

    def set_rate(self, requests_per_second: float) -> None: ...

    def set_origin(self, origin_ns: int) -> None: ...

    def stop(self) -> None: ...


class WorkerProgram(Protocol):
    """The worker as a child process has it; `wait` raises subprocess.TimeoutExpired."""

    @property
    def pid(self) -> int: ...
    @property
    def stdin(self) -> IO[bytes] | None: ...
    @property
    def stdout(self) -> IO[bytes] | None: ...
    def poll(self) -> int | None: ...
    def wait(self, timeout: float | None = None) -> int: ...
    def terminate(self) -> None: ...
    def kill(self) -> None: ...


class LoadDriver:
    """Runs one load worker.

    `on_batch` and `on_failure` are called on the reader's thread, one at a time; `on_failure` at most once, and only for
    an end that nobody asked for. `on_started` gets the process's pid before anything else happens to it, so that it can
    be registered for removal. `log` takes what the program and its libraries say.
    """

    def __init__(
        self,
        *,
        on_batch: Callable[[LoadBatch], None],
        on_failure: Callable[[ServiceFailed], None],
        log: Path,
        on_started: Callable[[int], None] = lambda _pid: None,
        launch: Callable[[Path], WorkerProgram] | None = None,
    ) -> None:
        """Take whom to tell; `launch` starts the worker's program elsewhere than beside the game, given its log."""
        self._launch = launch or _launch
        self._on_batch = on_batch
        self._on_failure = on_failure
        self._on_started = on_started
        self._log = log
        self._process: WorkerProgram | None = None
        self._reader: threading.Thread | None = None
        self._ready = threading.Event()
        self._stopping = False
        self._words = ""

    @property
    def pid(self) -> int:
        """The worker's process id; 0 while it does not run."""
        return self._process.pid if self._process and self._process.poll() is None else 0

    def prepare(self) -> None:
        """Start the program, which takes a second to import Locust; returns at once."""
        if self._process is not None:
            return
        self._process = self._launch(self._log)
        self._on_started(self._process.pid)
        self._reader = threading.Thread(target=self._read, name="load", daemon=True)
        self._reader.start()

    def start(self, plan: LoadPlan) -> None:
        """Give the program its plan and so begin; raises ServiceFailed if it does not come up."""
        self.prepare()
        self.wait_until_ready()
        self._send(encode_plan(plan))

    def wait_until_ready(self) -> None:
        """Wait for the prepared program to have imported everything; ServiceFailed if it does not come up."""
        if not self._ready.wait(READY_S) or not self.pid:
            self.stop()
            raise self._failure("did not come up")

    def set_rate(self, requests_per_second: float) -> None:
        """Offer so many requests a second from now on; 0 pauses."""
        self._command(SetRate(requests_per_second=requests_per_second))

    def set_origin(self, origin_ns: int) -> None:
        """Tell the run clock's new origin, a reading of CLOCK_MONOTONIC in ns, after a pause."""
        self._command(SetOrigin(origin_ns=origin_ns))

    def begin_anew(self) -> None:
        """Let every user forget its cookies and tokens and log in with its next request."""
        self._command(Anew())

    def stop(self) -> None:
        """End the load; whatever the program had still to tell has been handed on when this returns."""
        self._stopping = True
        process = self._process
        if process is None:
            return
        if process.poll() is None:
            self._command(Stop())
        self._end(process)
        # Called from a batch's callback, the reader cannot wait for itself.
        if self._reader and self._reader is not threading.current_thread():
            self._reader.join(PATIENCE_S)

    def _end(self, process: WorkerProgram) -> None:
        for insist in (process.terminate, process.kill, None):
            try:
                process.wait(PATIENCE_S)
                break
            except subprocess.TimeoutExpired:
                if insist:
                    insist()
        if process.stdin:
            with suppress(BrokenPipeError):
                process.stdin.close()

    def _command(self, command: Command) -> None:
        self._send(encode_command(command))

    def _send(self, line: bytes) -> None:
        process = self._process
        if process is None or process.stdin is None:
            return
        try:
            process.stdin.write(line)
            process.stdin.flush()
        except (BrokenPipeError, ValueError):
            # It has died (or was stopped): the reader tells so, with the program's last words.
            return

    def _read(self) -> None:
        process = self._process
        if process is None or process.stdout is None:
            return
        with process.stdout as lines:
            for line in lines:
                self._hand_on(line)
        status = process.wait()
        self._ready.set()
        if not self._stopping:
            self._on_failure(self._failure(f"died with status {status}"))

    def _hand_on(self, line: bytes) -> None:
        try:
            report = decode_report(line)
        except NotUnderstood as error:
            # The last line of a program that was killed may be cut off.
            self._words = str(error)
            return
        match report:
            case Ready():
                self._ready.set()
            case Failed():
                self._words = report.what
            case _:
                self._on_batch(report)

    def _failure(self, what: str) -> ServiceFailed:
        words = f": {self._words}" if self._words else ""
        return ServiceFailed(f"the load worker {what}{words}", hint=f"read {self._log}")


def _launch(path: Path) -> WorkerProgram:
    with path.open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "game.lab.load.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            env=_environment(path.parent),
            start_new_session=True,
        )


def _environment(folder: Path) -> dict[str, str]:
    """Give the worker what Python needs, a folder that is removed with the run, and nothing secret."""
    kept = ("PATH", "HOME", "LANG", "LC_ALL", "PYTHONPATH", "VIRTUAL_ENV")
    passed = {name: os.environ[name] for name in kept if name in os.environ}
    return passed | {"TMPDIR": str(folder), "LOCUST_SKIP_MONKEY_PATCH": "1"}
