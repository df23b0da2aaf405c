"""The production WSGI server that carries the site: cheroot, with a pool of threads that grows with the open streams.

`tests/benchmarks/streams.py` measures what that carries, and compares it with waitress.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cheroot import wsgi

from game.web.pool import ElasticPool
from game.web.tls import LazyTls

if TYPE_CHECKING:
    from game.web.app import Web
    from game.web.tls import Certificate

STOP_WITHIN_S = 1
BACKLOG = 512


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """Where to listen; port 0 is any free one. `tls`: only by https, with this certificate."""

    host: str = "127.0.0.1"
    port: int = 0
    tls: Certificate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WebServer:
    """Serving from the moment it exists; `close` is idempotent."""

    address: str
    port: int
    _app: Web
    _server: wsgi.Server
    _thread: threading.Thread

    def close(self) -> None:
        self._app.streams.close()
        self._server.stop()
        self._thread.join(timeout=STOP_WITHIN_S + 1)


def serve(app: Web, listening: Listening | None = None) -> WebServer:
    at = listening or Listening()
    server = wsgi.Server(
        (at.host, at.port),
        app,
        shutdown_timeout=STOP_WITHIN_S,
        timeout=30,
        request_queue_size=BACKLOG,
    )
    server.error_log = lambda message="", **_words: app.note(message)  # type: ignore[method-assign] # as its documentation asks for
    server.requests = ElasticPool(server)
    if at.tls is not None:
        server.ssl_adapter = LazyTls(at.tls)
    server.prepare()
    thread = threading.Thread(target=server.serve, name="web", daemon=True)
    thread.start()
    host, port = server.bind_addr[:2]
    scheme = "http" if at.tls is None else "https"
    address = f"{scheme}://{bracketed(host)}:{port}"
    return WebServer(address=address, port=port, _app=app, _server=server, _thread=thread)


def bracketed(host: str) -> str:
    """A host as it stands in an address."""
    return f"[{host}]" if ":" in host else host
