"""The web server's threads: as many as there are open streams, and a dozen for requests.

A stream keeps its thread for as long as it lasts, so a pool of fixed size would either hang at its last stream or cost
hundreds of threads that nobody needs. This one starts a thread when a connection would have to wait, and those beyond the
dozen end when they had nothing to do for a while.
"""

from __future__ import annotations

import queue
import time
from typing import TYPE_CHECKING, Any

from cheroot.workers.threadpool import _SHUTDOWNREQUEST, ThreadPool, WorkerThread

if TYPE_CHECKING:
    from cheroot.server import HTTPConnection, HTTPServer

FEWEST = 12
MOST = 1100
IDLE_S = 20.0
PUT_WITHIN_S = 10.0


class ElasticPool(ThreadPool):  # type: ignore[misc] # cheroot has no types
    """Grows when nobody is free, shrinks by itself. `put` is only called from the server's own thread."""

    def __init__(self, server: HTTPServer) -> None:
        super().__init__(server, min=FEWEST, max=MOST)
        self.get = self._next

    def put(self, obj: HTTPConnection) -> None:
        self._clear_dead_threads()
        if len(self._threads) < self.max and self.idle <= self._queue.qsize():
            self._threads.append(self._spawn_worker())
        self._queue.put(obj, block=True, timeout=PUT_WITHIN_S)

    def grow(self, amount: int) -> None:
        """Without waiting for each thread to be ready, as the original does."""
        self._threads.extend(self._spawn_worker() for _ in range(amount))

    def stop(self, timeout: float = 5) -> None:
        """End all threads; who still writes to somebody slow after `timeout` seconds is left to end by itself."""
        until = time.monotonic() + timeout
        workers = list(self._threads)
        self._threads.clear()
        for _ in workers:
            self._queue.put(_SHUTDOWNREQUEST)
        for worker in workers:
            worker.join(max(0.0, until - time.monotonic()))

    def _next(self) -> Any:  # noqa: ANN401 - a connection, or cheroot's sign to end.
        """The next connection; the sign to end for a thread beyond the fewest that waited in vain."""
        while True:
            try:
                return self._queue.get(timeout=IDLE_S)
            except queue.Empty:
                if self.idle > FEWEST:
                    return _SHUTDOWNREQUEST

    def _spawn_worker(self) -> WorkerThread:
        worker = WorkerThread(self.server)
        worker.daemon = True
        worker.name = f"web-{worker.name}"
        worker.start()
        return worker
