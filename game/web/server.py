"""The production WSGI server that carries the API, on a free port of loopback."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cheroot import wsgi

if TYPE_CHECKING:
    from game.web.app import Api

THREADS = 12
STOP_WITHIN_S = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiServer:
    """Serving from the moment it exists; `close` is idempotent."""

    address: str
    _server: wsgi.Server
    _thread: threading.Thread

    def close(self) -> None:
        self._server.stop()
        self._thread.join(timeout=STOP_WITHIN_S + 1)


def serve(app: Api) -> ApiServer:
    server = wsgi.Server(
        ("127.0.0.1", 0), app, numthreads=THREADS, shutdown_timeout=STOP_WITHIN_S, timeout=30
    )
    server.error_log = lambda message="", **_words: app.note(message)  # type: ignore[method-assign] # as its documentation asks for
    server.prepare()
    thread = threading.Thread(target=server.serve, name="api", daemon=True)
    thread.start()
    host, port = server.bind_addr[:2]
    return ApiServer(address=f"http://{host}:{port}", _server=server, _thread=thread)
