"""A user's connection to the edge: TLS to a fixed address, with the public name asked for and its certificate verified.

Only the load worker imports this: it needs gevent.
"""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, Any

import gevent
import gevent.ssl
from gevent.timeout import Timeout
from geventhttpclient.client import HTTPClient
from geventhttpclient.header import Headers
from geventhttpclient.response import HTTPConnectionClosed, HTTPParseError

from game.lab.load import reasons
from game.lab.load.reasons import CLOSED, GARBLED, TIMEOUT

if TYPE_CHECKING:
    from game.lab.load.plan import Target

PATIENCE_S = 2.0


def tls_context(ca: str, newest: str) -> Any:  # noqa: ANN401 - gevent ships no types
    """Trust the stack's authority and nobody else; `newest` is the latest TLS version the client speaks."""
    # Not create_default_context: without patched sockets it gives the standard library's context, whose sockets would
    # hold up all users while one of them waits. This protocol constant demands a certificate and the right host name.
    context = gevent.ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cafile=ca)
    if newest == "1.2":
        context.maximum_version = ssl.TLSVersion.TLSv1_2
    return context


class EdgeConnection:
    """At most one open connection, kept alive between requests; stands in for Locust's pool of clients per address."""

    def __init__(self, target: Target, host: str, context: Any) -> None:  # noqa: ANN401 - gevent ships no types
        self._target = target
        self._host = host
        self._context = context
        self._client = self._make()
        self.served = False

    def get_client(self, _url: object) -> Any:  # noqa: ANN401 - the client is handed to Locust
        """Answer Locust: whatever the URL says, we connect to the edge."""
        return self._client

    def reopen(self) -> None:
        self._client.close()
        self._client = self._make()
        self.served = False

    def _make(self) -> Any:  # noqa: ANN401 - geventhttpclient ships no usable types
        # The Host header is also what the client asks for by SNI and verifies the certificate against.
        return HTTPClient(
            self._target.address,
            port=self._target.port,
            headers=Headers({"Host": self._host}),
            connection_timeout=PATIENCE_S,
            network_timeout=PATIENCE_S,
            concurrency=1,
            ssl=True,
            ssl_options={"ca_certs": self._target.ca},
            ssl_context_factory=lambda **_: self._context,
        )


class SlowBody:
    """A body that a slow uplink sends `pause_s` seconds after the headers. Looks like a file of known length."""

    def __init__(self, body: bytes, pause_s: float) -> None:
        self._body = body
        self._pause_s = pause_s
        self._sent = False

    def __len__(self) -> int:
        return len(self._body)

    def read(self, _size: int = -1) -> bytes:
        if self._sent:
            return b""
        self._sent = True
        gevent.sleep(self._pause_s)  # the pause is what this user is about, nothing is awaited
        return self._body


def reason_of(error: BaseException) -> str:
    """Word what went wrong when no answer came; the client wraps errors in its own."""
    cause = getattr(error, "original", None) or error
    if isinstance(cause, Timeout):
        return TIMEOUT
    if isinstance(cause, HTTPConnectionClosed):
        return CLOSED
    return GARBLED if isinstance(cause, HTTPParseError) else reasons.reason_of(cause)
