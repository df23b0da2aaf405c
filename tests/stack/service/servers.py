"""Server programs that a test starts and stops, and what is needed to run them."""

from __future__ import annotations

import importlib.util
import os
import pwd
import secrets
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from game.lab.ports import offered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# PostgreSQL and HAProxy do not run as root.
NOBODY = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
UNPRIVILEGED: dict[str, Any] = (
    {"user": NOBODY.pw_uid, "group": NOBODY.pw_gid, "extra_groups": []} if NOBODY else {}
)


# A database writes everything to the disk before it ends.
STOPS_WITHIN_S = 60.0


def package(name: str) -> Path:
    """Find an installed package without importing it: some do things to the machine when they are imported."""
    spec = importlib.util.find_spec(name)
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent


def wait_for(what: str, condition: Callable[[], bool], seconds: float = 30.0) -> float:
    """Poll until the condition holds; returns the seconds it took, fails by name when it does not."""
    started = time.monotonic()
    while time.monotonic() - started < seconds:
        if condition():
            return time.monotonic() - started
        time.sleep(0.01)
    pytest.fail(f"waited {seconds} s for {what}")


def free_ports(count: int) -> list[int]:
    """Find ports that nothing listens on, below those that the kernel gives to outgoing connections.

    A server of these tests stops and starts again, and must find its port free: stacks take theirs from the other end.
    """
    ours = offered()
    found: list[int] = []
    while len(found) < count:
        port = secrets.choice(ours[len(ours) // 2 :])
        try:
            socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            continue
        found.append(port)
    return found


def database_answers(port: int) -> bool:
    try:
        psycopg.connect(host="127.0.0.1", port=port, user="auth", dbname="postgres").close()
    except psycopg.OperationalError:
        return False
    return True


def redis_answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=0.5) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(100) == b"+PONG\r\n"
    except OSError:
        return False


def give_away(*paths: Path) -> None:
    for path in paths:
        if NOBODY:
            os.chown(path, NOBODY.pw_uid, NOBODY.pw_gid)


@contextmanager
def open_directory() -> Iterator[Path]:
    """Make a directory that the unprivileged user can reach.

    Not one of pytest's: every session of pytest on the machine closes the folder above those to other users.
    """
    with tempfile.TemporaryDirectory(prefix="danceoff-test-", ignore_cleanup_errors=True) as made:
        path = Path(made)
        path.chmod(0o755)
        yield path


class Server:
    """A server program that a test may stop and start again."""

    def __init__(
        self, arguments: list[str | Path], port: int, log: Path, ready: Callable[[int], bool], **options: Any
    ) -> None:
        self.port = port
        self._ready = ready
        self._arguments = arguments
        self._log = log
        self._options = options
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._arguments, stdin=subprocess.DEVNULL, stdout=log, stderr=log, **self._options
            )
        wait_for(f"{self._arguments[0]} on port {self.port}", lambda: self._ready(self.port))

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def log_text(self) -> str:
        return self._log.read_text()

    def signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def stop(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGCONT)
            self._process.send_signal(signal.SIGINT)
            self._process.wait(STOPS_WITHIN_S)
            self._process = None
