"""The web server's threads: as many as there are open streams, and a dozen for requests.

A stream keeps its thread for as long as it lasts, so a pool of fixed size would either hang at its last stream or cost
hundreds of threads that nobody needs. This one starts a thread when a connection would have to wait, and those beyond the
dozen end when they had nothing to do for a while.
"""

from __future__ import annotations

import queue
import time
from typing import TYPE_CHECKING, Any

from cheroot.workers.threadpool import (  # type: ignore[attr-defined] # its stub leaves the sign out
    _SHUTDOWNREQUEST,
    WorkerThread,
)

if TYPE_CHECKING:
    from cheroot.server import HTTPConnection, HTTPServer

FEWEST = 12
MOST = 1100
IDLE_S = 20.0
PUT_WITHIN_S = 10.0


class ElasticPool:
    """Has what cheroot asks of a pool. Grows when nobody is free; `put` is only called from the server's own thread."""

    def __init__(self, server: HTTPServer) -> None:
        self.min, self.max = FEWEST, MOST
        self._server = server
        self._queue: queue.Queue[Any] = queue.Queue()
        self._threads: list[WorkerThread] = []

    @property
    def idle(self) -> int:
        return sum(1 for thread in self._threads if thread.conn is None)

    @property
    def qsize(self) -> int:
        return self._queue.qsize()

    def start(self) -> None:
        for _ in range(FEWEST):
            self._begin()

    def put(self, obj: HTTPConnection) -> None:
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        if len(self._threads) < MOST and self.idle <= self.qsize:
            self._begin()
        self._queue.put(obj, timeout=PUT_WITHIN_S)

    def get(self) -> Any:  # noqa: ANN401 - a connection, or the sign to end.
        """The next connection; the sign to end for a thread beyond the fewest that waited in vain."""
        while True:
            try:
                return self._queue.get(timeout=IDLE_S)
            except queue.Empty:
                if self.idle > FEWEST:
                    return _SHUTDOWNREQUEST

    def stop(self, timeout: float = 5) -> None:
        """End all threads; who still writes to somebody slow after `timeout` seconds is left to end by itself."""
        until = time.monotonic() + timeout
        workers, self._threads = self._threads, []
        for _ in workers:
            self._queue.put(_SHUTDOWNREQUEST)
        for worker in workers:
            worker.join(max(0.0, until - time.monotonic()))

    def _begin(self) -> None:
        worker = WorkerThread(self._server)  # type: ignore[no-untyped-call] # cheroot's stubs have no types
        worker.daemon = True
        worker.name = f"web-{worker.name}"
        worker.start()
        self._threads.append(worker)
