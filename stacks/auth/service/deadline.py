"""A time limit for database queries that holds even when the network or the server has stopped answering.

`statement_timeout` is the server's, and libpq's own timeouts end once a connection stands. What is left is to shut the
socket of a query that is overdue: the waiting thread then sees the end of the stream and raises OperationalError.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

CHECK_EVERY_S = 0.1


class Deadlines:
    """Watches sockets from one daemon thread, which starts with the object: make it after forking."""

    def __init__(self) -> None:
        self._overdue_at: dict[int, float] = {}
        self._lock = threading.Lock()
        self._stop = threading.Event()
        threading.Thread(target=self._watch, name="deadlines", daemon=True).start()

    @contextmanager
    def within(self, seconds: float, descriptor: int) -> Iterator[None]:
        """Shut the socket `descriptor` if the body has not ended after so many seconds."""
        with self._lock:
            self._overdue_at[descriptor] = time.monotonic() + seconds
        try:
            yield
        finally:
            with self._lock:
                self._overdue_at.pop(descriptor, None)

    def close(self) -> None:
        self._stop.set()

    def _watch(self) -> None:
        while not self._stop.wait(CHECK_EVERY_S):
            now = time.monotonic()
            # Under the lock the body cannot have ended, so the descriptor still belongs to the overdue query.
            with self._lock:
                for descriptor in [known for known, at in self._overdue_at.items() if at < now]:
                    del self._overdue_at[descriptor]
                    _shut(descriptor)


def _shut(descriptor: int) -> None:
    try:
        with socket.socket(fileno=os.dup(descriptor)) as overdue:
            overdue.shutdown(socket.SHUT_RDWR)
    except OSError:  # closed from the other side in the meantime: exactly what was wanted
        return
