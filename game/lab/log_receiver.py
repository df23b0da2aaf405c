"""Receives HAProxy's log over UDP on loopback, writes it line by line and keeps the latest lines in memory."""

from __future__ import annotations

import socket
import threading
from collections import deque
from typing import TYPE_CHECKING, Self

from game.errors import ServiceFailed
from game.lab.places import Endpoint

if TYPE_CHECKING:
    from pathlib import Path
    from typing import BinaryIO

RECEIVE_BUFFER_BYTES = 8 * 1024 * 1024
RING_LINES = 5000
MAX_FILE_BYTES = 512 * 1024 * 1024
DATAGRAM_BYTES = 65536
STOP_WITHIN_S = 5.0
# Linux, for the privileged: beyond the system's limit for receive buffers.
SO_RCVBUFFORCE = 33


class LogReceiver:
    """A thread that owns one socket and one file. Use as a context, or `start` and `stop`; both may be repeated."""

    def __init__(self, file: Path, host: str = "127.0.0.1", port: int = 0) -> None:
        """Take the file to append to, and the address to listen on (port 0: any that is free)."""
        self._file = file
        self._address = (host, port)
        self._socket: socket.socket | None = None
        self._thread: threading.Thread | None = None
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._ring: deque[str] = deque(maxlen=RING_LINES)
        self._received = 0
        self._unwritten = 0

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> Endpoint:
        """Listen and begin to write; returns the address for `log` in the configuration."""
        if self._socket is None:
            listening = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            try:
                _enlarge(listening)
                listening.bind(self._address)
                output = self._file.open("ab", buffering=0)
            except OSError as error:
                listening.close()
                raise ServiceFailed(
                    f"the log receiver cannot use {self._address[0]}:{self._address[1]} or {self._file}: {error.strerror}",
                    hint="is the port taken, the folder missing, the disk full?",
                ) from error
            self._stopping.clear()
            self._socket = listening
            self._thread = threading.Thread(
                target=self._receive, args=(listening, output), name="log-receiver", daemon=True
            )
            self._thread.start()
        return self.endpoint

    @property
    def endpoint(self) -> Endpoint:
        if self._socket is None:
            raise ServiceFailed("the log receiver is not started", hint="start it first")
        host, port = self._socket.getsockname()
        return Endpoint(name="game.log", host=host, port=port)

    @property
    def received(self) -> int:
        """How many lines came in so far; grows by one a line, so that a reader can tell what is new."""
        with self._lock:
            return self._received

    @property
    def unwritten(self) -> int:
        """How many lines could not be written to the file (full disk, or the file at its limit)."""
        with self._lock:
            return self._unwritten

    def latest(self, count: int = 50) -> tuple[str, ...]:
        """Return the latest lines, oldest first."""
        with self._lock:
            return tuple(self._ring)[-count:] if count > 0 else ()

    def after(self, number: int) -> tuple[str, ...]:
        """Return the lines after the first `number` ones, as far as they are still kept."""
        with self._lock:
            missing = self._received - number
            return tuple(self._ring)[-missing:] if missing > 0 else ()

    def stop(self) -> None:
        """Take what has already arrived, then end the thread and close the file."""
        listening, thread = self._socket, self._thread
        if listening is None or thread is None:
            return
        self._stopping.set()
        # An empty datagram to itself wakes the thread; no timeout has to pass.
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as waker:
            waker.sendto(b"", listening.getsockname())
        thread.join(STOP_WITHIN_S)
        self._socket = self._thread = None
        listening.close()

    def _receive(self, listening: socket.socket, output: BinaryIO) -> None:
        with output:
            size = output.tell()
            while True:
                datagram = listening.recv(DATAGRAM_BYTES)
                if not datagram:
                    if self._stopping.is_set():
                        return
                    continue
                for raw in datagram.splitlines():
                    size += self._keep(raw, output, size)

    def _keep(self, raw: bytes, output: BinaryIO, size: int) -> int:
        """Write one line and remember it; returns how many bytes the file grew by."""
        text = _without_header(raw.decode(errors="replace"))
        line = text.encode() + b"\n"
        grown = 0
        if size + len(line) <= MAX_FILE_BYTES:
            try:
                grown = output.write(line)
            except OSError:
                # A full disk must not end the receiving: the ring goes on, and the count tells of the gap.
                grown = 0
        with self._lock:
            self._ring.append(text)
            self._received += 1
            self._unwritten += grown != len(line)
        return grown


def _enlarge(listening: socket.socket) -> None:
    """Ask for a buffer that holds a few seconds of heavy traffic; the system may give less, which is no error."""
    try:
        listening.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, RECEIVE_BUFFER_BYTES)
    except OSError:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER_BYTES)


def _without_header(text: str) -> str:
    """Drop the priority `<134>` of syslog, which says the same on every line."""
    if text.startswith("<"):
        priority, closing, rest = text[1:].partition(">")
        if closing and priority.isdigit():
            text = rest
    return "".join(character if character.isprintable() else "?" for character in text)
