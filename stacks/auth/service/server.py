"""The HTTPS server of a replica: cheroot, made safe against connections that do not finish their handshake.

cheroot negotiates TLS in the thread that accepts, so that one silent TCP connection (a port check, a scanner, a load
balancer that checks without TLS) keeps everybody waiting until its timeout. Here a connection is watched until it has
something to read, and a worker thread then negotiates, for a short time only.
"""

from __future__ import annotations

import logging
import ssl
from typing import TYPE_CHECKING, Any

from cheroot.errors import FatalSSLAlert
from cheroot.server import HTTPConnection
from cheroot.ssl.builtin import BuiltinSSLAdapter
from cheroot.wsgi import Server

if TYPE_CHECKING:
    import socket
    from pathlib import Path

    from flask import Flask

THREADS = 12
BACKLOG = 256
HANDSHAKE_TIMEOUT_S = 2.0
# Longer than the load balancer keeps idle connections, so that it is never surprised by a close.
IDLE_TIMEOUT_S = 60
STOP_TIMEOUT_S = 1
KEPT_ALIVE = 500
HEADER_BYTES = 65_536
BODY_BYTES = 131_072

log = logging.getLogger("server")


class LateHandshake(BuiltinSSLAdapter):
    """Prepares TLS on an accepted socket without negotiating yet."""

    def wrap(self, sock: socket.socket) -> tuple[ssl.SSLSocket, dict[str, str]]:
        try:
            wrapped = self.context.wrap_socket(sock, server_side=True, do_handshake_on_connect=False)
        except OSError as error:
            # Gone again already: a client in a hurry is no reason for a page of traceback.
            raise FatalSSLAlert(str(error)) from error
        return wrapped, {"wsgi.url_scheme": "https", "HTTPS": "on"}


class Connection(HTTPConnection):
    """Negotiates TLS the first time a worker takes it up."""

    negotiated = False

    def communicate(self) -> bool:
        """Serve what has arrived; True keeps the connection open."""
        if self.negotiated:
            return bool(super().communicate())  # type: ignore[no-untyped-call]  # cheroot's stub has no types here
        try:
            self.socket.settimeout(HANDSHAKE_TIMEOUT_S)
            self.socket.do_handshake()
            self.socket.settimeout(self.server.timeout)
        except OSError as error:  # ssl.SSLError and timeouts are OSErrors
            log.info("TLS handshake failed: %s", error)
            return False
        self.negotiated = True
        # Back to the watch until the request is there: an idle connection costs no thread.
        return True


class AuthServer(Server):
    """Serves an application on a socket that is listening already."""

    ConnectionClass = Connection
    keep_alive_conn_limit = KEPT_ALIVE
    max_request_header_size = HEADER_BYTES
    max_request_body_size = BODY_BYTES

    def __init__(self, app: Flask, listening: socket.socket, certificate: Path, key: Path) -> None:
        super().__init__(
            listening.getsockname()[:2],
            app,
            numthreads=THREADS,
            max=THREADS,
            server_name="auth",
            request_queue_size=BACKLOG,
            timeout=IDLE_TIMEOUT_S,
            shutdown_timeout=STOP_TIMEOUT_S,
        )
        self._listening = listening
        self.ssl_adapter = LateHandshake(str(certificate), str(key))
        self.ssl_adapter.context.minimum_version = ssl.TLSVersion.TLSv1_2

    def bind(self, *_family_type_protocol: int) -> socket.socket:
        """Take the socket that the parent has bound, so that a taken port is the parent's to report."""
        self.socket = self._listening
        return self._listening

    def process_conn(self, conn: Any) -> None:  # noqa: ANN401  # cheroot has no type information
        """Give a connection to a worker; a new one only once it has something to read."""
        if conn.last_used is None:
            self.put_conn(conn)
        else:
            super().process_conn(conn)

    def error_log(self, msg: str = "", level: int = logging.INFO, traceback: bool = False) -> None:
        log.log(level, "%s", msg, exc_info=traceback)
