"""The load worker in a task of the cluster: meets what the load's driver knows of a child process."""

from __future__ import annotations

import contextlib
import io
import json
import socket
import subprocess
import threading
from typing import IO, TYPE_CHECKING, cast

from game.errors import EngineSilent

if TYPE_CHECKING:
    import ssl
    from pathlib import Path

    from typing_extensions import Buffer

    from game.lab.places import Place
    from game.lab.swarm.gate import Gate

ANSWER_WITHIN_S = 30.0
FOREVER_S = 3600.0
# In the task's own memory.
AUTHORITY = "ca.pem"


class RemoteLoad:
    """One worker; see `WorkerProgram`. It ends with its connection, at whichever side that ends."""

    def __init__(self, gate: Gate, place: Place, home: str, log: Path) -> None:
        """Start it at once; `home` is the folder that the task has."""
        self._log = log
        authority = f"{home}/{AUTHORITY}"
        gate.call("load", "authority", name=AUTHORITY, pem=(place.live / "certs" / "ca.pem").read_text())
        gate.call("load", "way", port=place.endpoint("haproxy.edge").port)
        ahead_ns = gate.ahead_ns("load")
        self._connection = gate.dial("load", {"do": "talk"})
        self._connection.settimeout(None)
        self._ended = threading.Event()
        self._stdin = cast("IO[bytes]", _Translated(self._connection, ahead_ns, authority))
        self._stdout = io.BufferedReader(_Until(self._connection, self._ended))

    @property
    def pid(self) -> int:
        """What stands for it here: that it runs. Its number is another machine's."""
        return 0 if self._ended.is_set() else -1

    @property
    def stdin(self) -> IO[bytes] | None:
        return self._stdin

    @property
    def stdout(self) -> IO[bytes] | None:
        return self._stdout

    def poll(self) -> int | None:
        return 0 if self._ended.is_set() else None

    def wait(self, timeout: float | None = None) -> int:
        """Return when it has ended; subprocess.TimeoutExpired when it does not in time."""
        patience = FOREVER_S if timeout is None else timeout
        if not self._ended.wait(patience):
            raise subprocess.TimeoutExpired("the load worker", patience)
        return 0

    def terminate(self) -> None:
        self.kill()

    def kill(self) -> None:
        with contextlib.suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)
        self._ended.set()


class _Translated(io.RawIOBase):
    """Lines to the worker. Moments of this machine's clock become the other's, and paths become those of the task."""

    def __init__(self, connection: ssl.SSLSocket, ahead_ns: int, authority: str) -> None:
        super().__init__()
        self._connection = connection
        self._ahead_ns = ahead_ns
        self._authority = authority

    def writable(self) -> bool:
        return True

    def write(self, part: Buffer, /) -> int:
        """Take one whole line, as the load's driver writes them; BrokenPipeError when nobody reads it."""
        line = bytes(part)
        message = json.loads(line)
        if "origin_ns" in message:
            message["origin_ns"] += self._ahead_ns
        if "target" in message:
            message["target"]["ca"] = self._authority
        try:
            self._connection.sendall(json.dumps(message, separators=(",", ":")).encode() + b"\n")
        except (OSError, EngineSilent) as error:
            raise BrokenPipeError(str(error)) from error
        return len(line)


class _Until(io.RawIOBase):
    """What the worker says; a connection that breaks reads as its end."""

    def __init__(self, connection: ssl.SSLSocket, ended: threading.Event) -> None:
        super().__init__()
        self._connection = connection
        self._ended = ended

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer, /) -> int:
        try:
            count = self._connection.recv_into(buffer)
        except (OSError, ValueError):
            count = 0
        if count == 0:
            self._ended.set()
        return count

    def close(self) -> None:
        self._ended.set()
        with contextlib.suppress(OSError):
            self._connection.close()
        super().close()
