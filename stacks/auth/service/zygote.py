"""The parent of all replicas: imports once, forks on order, reaps, announces. README.md has the orders.

Run as `python -I .../zygote.py`. It opens no connection and starts no thread, so that a fork copies nothing alive.
"""

from __future__ import annotations

import gc
import json
import os
import selectors
import signal
import socket
import sys
import time
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

sys.path.insert(0, str(Path(__file__).resolve().parent))  # `-I` leaves the script's folder out

from joserfc.errors import SecurityWarning
from prometheus_client import disable_created_metrics

from replica import LIBC, become_replica
from settings import OrderInvalid, Settings, Start, parse_settings, parse_start, replica_name
from tokens import Tokens

if TYPE_CHECKING:
    from collections.abc import Mapping

# glibc's mallopt(3). Without it every thread keeps an arena of its own, each with room for a password check (1 MB).
M_MMAP_THRESHOLD = -3
M_ARENA_MAX = -8
MAPPED_FROM_BYTES = 262_144
ARENAS = 2

STOP_TIMEOUT_S = 2.5
BACKLOG = 256
LINE_BYTES = 1_048_576
SIGNALS = ("SIGSTOP", "SIGCONT", "SIGKILL")


@dataclass(slots=True)
class Child:
    """A running replica. `kill_at`: monotonic seconds at which a replica that was asked to stop is killed."""

    pid: int
    kill_at: float | None = None


class Zygote:
    """Replicas by name, and the one loop that waits for orders, deaths and deadlines."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._tokens = Tokens(settings.private_key)
        self._children: dict[str, Child] = {}
        self._ending = False

    def serve(self, wake: socket.socket) -> None:
        """Carry out orders until standard input closes or SIGTERM comes; then stop every replica."""
        selector = selectors.DefaultSelector()
        selector.register(wake, selectors.EVENT_READ)
        selector.register(sys.stdin.fileno(), selectors.EVENT_READ)
        pending = b""
        while not self._ending or self._children:
            for key, _ in selector.select(self._seconds_to_deadline()):
                if key.fileobj is wake:
                    self._heed(wake.recv(4096))
                    continue
                received = os.read(key.fd, 65536)
                if not received:
                    selector.unregister(key.fd)
                    self._end()
                *lines, pending = (pending + received).split(b"\n")
                for line in lines:
                    self._order(line)
                if len(pending) > LINE_BYTES:
                    say({"replica": "", "error": f"an order is longer than {LINE_BYTES} bytes"})
                    pending = b""
            self._reap()
            self._kill_overdue()
        selector.close()

    def _heed(self, signals: bytes) -> None:
        if signal.SIGTERM in signals or signal.SIGINT in signals:
            self._end()

    def _end(self) -> None:
        self._ending = True
        for child in self._children.values():
            _ask_to_stop(child)

    def _order(self, line: bytes) -> None:
        name = ""
        try:
            order = parse_line(line)
            name = replica_name(order)
            match order.get("do"):
                case "start":
                    self._start(parse_start(order))
                case "stop":
                    self._stop(name)
                case "signal":
                    self._signal(name, str(order.get("signal")))
                case other:
                    raise OrderInvalid(f"do is {other!r}; it must be start, stop or signal")  # noqa: TRY301  # said below
        except (OrderInvalid, OSError) as error:
            say({"replica": name, "error": str(error)})

    def _start(self, start: Start) -> None:
        if self._ending:
            raise OrderInvalid("the service is stopping")
        if start.replica in self._children:
            raise OrderInvalid(f"{start.replica} runs already; stop it first")
        listening = listen(start.host, start.port, datagrams=start.role == "resolver")
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            become_replica(start, self._settings, self._tokens, listening, parent)
        listening.close()
        self._children[start.replica] = Child(pid=pid)
        say({"replica": start.replica, "pid": pid})

    def _stop(self, name: str) -> None:
        child = self._children.get(name)
        if child is None:
            say({"replica": name, "stopped": True})
        else:
            _ask_to_stop(child)

    def _signal(self, name: str, wanted: str) -> None:
        """For whoever cannot send signals itself, because we are in a container."""
        if wanted not in SIGNALS:
            raise OrderInvalid(f"signal is {wanted!r}; it must be one of {', '.join(SIGNALS)}")
        child = self._children.get(name)
        if child is not None:
            os.kill(child.pid, signal.Signals[wanted])
        say({"replica": name, "signalled": child is not None})

    def _reap(self) -> None:
        for name, child in list(self._children.items()):
            pid, status = os.waitpid(child.pid, os.WNOHANG)
            if pid == 0:
                continue
            del self._children[name]
            if child.kill_at is not None:
                say({"replica": name, "stopped": True})
            else:
                say({"replica": name, "died": os.waitstatus_to_exitcode(status)})

    def _kill_overdue(self) -> None:
        for child in self._children.values():
            if child.kill_at is not None and child.kill_at <= time.monotonic():
                os.kill(child.pid, signal.SIGKILL)

    def _seconds_to_deadline(self) -> float | None:
        deadlines = [child.kill_at for child in self._children.values() if child.kill_at is not None]
        return max(0.01, min(deadlines) - time.monotonic()) if deadlines else None


def _ask_to_stop(child: Child) -> None:
    """Begin to stop a replica; a paused one cannot hear SIGTERM and is killed when the time is up."""
    if child.kill_at is None:
        child.kill_at = time.monotonic() + STOP_TIMEOUT_S
        os.kill(child.pid, signal.SIGTERM)


def listen(host: str, port: int, *, datagrams: bool = False) -> socket.socket:
    """Bind in the parent, so that a taken port is an answer to the order and connections queue from then on."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_DGRAM if datagrams else socket.SOCK_STREAM)
    try:
        if datagrams:
            listening.bind((host, port))
            return listening
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        listening.bind((host, port))
        listening.listen(BACKLOG)
    except OSError as error:
        listening.close()
        raise OSError(f"cannot listen on {host}:{port}: {error.strerror}") from error
    return listening


def parse_line(line: bytes) -> Mapping[str, object]:
    try:
        data = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise OrderInvalid(f"not a line of JSON: {error}") from error
    if not isinstance(data, dict):
        raise OrderInvalid("a line must be a JSON object")
    return data


def say(answer: Mapping[str, object]) -> None:
    """Answer with one line. A reader that is gone is no reason to fail: closed input ends us in order."""
    try:
        os.write(1, json.dumps(answer).encode() + b"\n")
    except BrokenPipeError:
        return


def read_settings() -> Settings:
    """Read the first line byte by byte: what follows it belongs to the loop."""
    line = bytearray()
    while len(line) < LINE_BYTES and (byte := os.read(0, 1)) and byte != b"\n":
        line += byte
    return parse_settings(parse_line(bytes(line)))


def save_memory() -> None:
    """Keep nine replicas small; the C library of another system may know nothing of it, which does no harm."""
    if hasattr(LIBC, "mallopt"):
        LIBC.mallopt(M_ARENA_MAX, ARENAS)
        LIBC.mallopt(M_MMAP_THRESHOLD, MAPPED_FROM_BYTES)


def main() -> NoReturn:
    # RFC 9864 prefers the name Ed25519; verifiers in the field know EdDSA, and OpenID Connect providers announce it.
    warnings.filterwarnings("ignore", message="EdDSA is deprecated", category=SecurityWarning)
    disable_created_metrics()  # type: ignore[no-untyped-call]  # the library has no types here
    save_memory()
    wake, ring = socket.socketpair()
    wake.setblocking(False)
    ring.setblocking(False)
    signal.set_wakeup_fd(ring.fileno(), warn_on_full_buffer=False)
    for awaited in (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT):
        signal.signal(awaited, lambda _signal, _frame: None)
    try:
        zygote = Zygote(read_settings())
    except (OrderInvalid, ValueError) as error:
        say({"error": str(error)})
        sys.exit(2)
    gc.collect()
    gc.freeze()
    say({"ready": True})
    zygote.serve(wake)
    sys.exit(0)


if __name__ == "__main__":
    main()
