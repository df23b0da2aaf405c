"""Waiting for a server: a condition, a deadline, and a failure that names what was awaited and quotes the log."""

from __future__ import annotations

import http.client
import socket
import ssl
import time
from typing import TYPE_CHECKING

from game.errors import ServiceFailed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from game.lab.places import Endpoint
    from game.lab.runtime.program import Program

STEP_S = 0.01
CONNECT_TIMEOUT_S = 1.0
READY_WITHIN_S = 30.0


def wait_until(
    what: str, child: Program, condition: Callable[[], bool], within_s: float = READY_WITHIN_S
) -> None:
    """Return when the condition holds; raise ServiceFailed when the child dies or the deadline passes."""
    service = child.command.service
    deadline = time.monotonic() + within_s
    while not condition():
        if not child.running:
            raise ServiceFailed(
                f"{service} ended ({_ending(child.status)}) before {what}: {child.last_lines()}",
                hint=f"its log is {child.command.log}",
            )
        if time.monotonic() > deadline:
            raise ServiceFailed(
                f"{service}: waited {within_s:.0f} s for {what} in vain: {child.last_lines()}",
                hint=f"its log is {child.command.log}",
            )
        time.sleep(STEP_S)  # the polling step: a condition cannot wake anybody


def until(condition: Callable[[], bool], within_s: float, step_s: float = STEP_S) -> bool:
    """Wait for a condition, looked at every `step_s`; tell whether it came to hold in time."""
    deadline = time.monotonic() + within_s
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(step_s)  # the polling step: a condition cannot wake anybody
    return True


def accepts(endpoint: Endpoint) -> bool:
    """Tell whether something listens at an address."""
    try:
        with socket.create_connection((endpoint.host, endpoint.port), timeout=CONNECT_TIMEOUT_S):
            return True
    except OSError:
        return False


def answers(endpoint: Endpoint, question: bytes, start: bytes) -> bool:
    """Tell whether a server's answer to a line begins as expected."""
    try:
        with socket.create_connection(
            (endpoint.host, endpoint.port), timeout=CONNECT_TIMEOUT_S
        ) as connection:
            connection.sendall(question)
            return connection.recv(64).startswith(start)
    except OSError:
        return False


def serves(endpoint: Endpoint, path: str, authority: Path | None = None, name: str = "") -> bool:
    """Tell whether GET answers 200; over TLS, verified for `name`, when an authority's certificate is given."""
    connection = http.client.HTTPConnection(endpoint.host, endpoint.port, timeout=CONNECT_TIMEOUT_S)
    try:
        if authority is not None:
            context = ssl.create_default_context(cafile=str(authority))
            plain = socket.create_connection((endpoint.host, endpoint.port), timeout=CONNECT_TIMEOUT_S)
            connection.sock = context.wrap_socket(plain, server_hostname=name)
        connection.request("GET", path, headers={"Host": name or endpoint.host})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def master_says(path: Path, command: str) -> str:
    """Ask HAProxy's master over its socket; empty when it does not answer."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(CONNECT_TIMEOUT_S)
            connection.connect(str(path))
            connection.sendall(command.encode() + b"\n")
            # It keeps the connection open for more commands until we say that there are none.
            connection.shutdown(socket.SHUT_WR)
            parts = []
            while part := connection.recv(4096):
                parts.append(part)
            return b"".join(parts).decode(errors="replace")
    except OSError:
        return ""


def _ending(code: int | None) -> str:
    if code is None:
        return "still running"
    return f"killed by signal {-code}" if code < 0 else f"exit code {code}"
