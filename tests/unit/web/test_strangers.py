"""Two hundred and more hostile texts at a real server: in headers, paths, queries, bodies and every text field."""

from __future__ import annotations

import errno
import json
import re
import socket
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from game.web.routes import ROUTES
from game.web.server import WebServer, serve
from tests.strangers import PAYLOADS
from tests.unit.web.client import AUTHORISED, Client
from tests.unit.web.test_openapi import BODIES, path_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from game.web.app import Web
    from tests.unit.web.stand_in import StandIn

HEADERS = (
    "User-Agent", "Referer", "Cookie", "Authorization", "Accept", "Accept-Language", "Last-Event-ID", "X-Forwarded-For", "Origin",
    "Host", "Sec-Fetch-Site", "If-None-Match", "Range", "Content-Type", "HX-Request", "HX-Target", "Content-Length", "Transfer-Encoding",
)  # fmt: skip
TYPES = (
    "application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "text/xml",
)
AT_ONCE = 40
WITHIN_S = 60.0
STATUS = re.compile(rb"HTTP/1\.1 (\d{3}) ")
# What came in is written back at most this long, as a word of a message.
LONGEST_ECHO = 400


@pytest.fixture
def server(app: Web) -> Iterator[WebServer]:
    started = serve(app)
    yield started
    started.close()


def statuses(server: WebServer, requests: list[bytes]) -> list[int]:
    """Send each on a connection of its own, and give the first status of each; 0 where the connection was closed."""
    found: list[int] = []
    for start in range(0, len(requests), AT_ONCE):
        open_now = []
        for request in requests[start : start + AT_ONCE]:
            one = socket.create_connection(("127.0.0.1", server.port), timeout=WITHIN_S)
            open_now.append(one)
            try:
                one.sendall(request)
                one.shutdown(socket.SHUT_WR)
            except OSError as error:
                # It was answered before all was sent, and closed.
                if error.errno not in {errno.ECONNRESET, errno.EPIPE, errno.ENOTCONN}:
                    raise
        for one in open_now:
            with one:
                status = STATUS.match(_all_of(one))
            found.append(int(status[1]) if status else 0)
    return found


def _all_of(one: socket.socket) -> bytes:
    text = b""
    try:
        while part := one.recv(65_536):
            text += part
    except ConnectionResetError:
        # It was answered before all was read, and closed.
        pass
    return text


def raw(text: str) -> bytes:
    return text.encode(errors="surrogatepass")


def test_hostile_headers_break_nothing(server: WebServer) -> None:
    base = {b"Host": f"127.0.0.1:{server.port}".encode(), b"Connection": b"close"}
    for header in HEADERS:
        requests = [
            b"GET /api/run HTTP/1.1\r\n"
            + b"".join(b"%s: %s\r\n" % one for one in {**base, header.encode(): raw(payload)}.items())
            + b"\r\n"
            for payload in PAYLOADS
        ]
        found = statuses(server, requests)
        assert {one for one in found if one >= 500} <= {501}, (
            header
        )  # 501: a transfer encoding that nobody knows
        assert len([one for one in found if one]) > len(PAYLOADS) // 2, header
    assert Client(server._app).call("GET", "/api/run").status_code == 200


def everywhere(payload: str, head: str) -> Iterator[bytes]:
    """Requests with the text as path, query, name of a parameter, body of several types, and as the request itself."""
    quoted = quote(raw(payload)[:4_000])
    targets = (
        f"/{quoted}",
        f"/api/lb/files/{quoted}",
        f"/static/{quoted}",
        f"/join?code={quoted}&{quoted}=1",
    )
    yield from (f"GET {target} HTTP/1.1\r\n{head}\r\n".encode() for target in targets)
    body = raw(payload)
    for kind in TYPES:
        yield (
            f"POST /api/run/notes HTTP/1.1\r\n{head}Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
            + body
        )
    yield body + b"\r\n\r\n"


def test_hostile_paths_queries_and_bodies_break_nothing(server: WebServer) -> None:
    head = f"Host: 127.0.0.1:{server.port}\r\nConnection: close\r\nAuthorization: {AUTHORISED['Authorization']}\r\n"
    requests = [request for payload in PAYLOADS for request in everywhere(payload, head)]
    assert len(requests) > 2_000
    found = statuses(server, requests)
    assert [one for one in found if one >= 500 and one not in {501, 505}] == []
    assert Client(server._app).call("GET", "/api/run").status_code == 200


def test_every_text_field_takes_or_refuses_every_text(app: Web, run: StandIn) -> None:
    client = Client(app)
    for route in ROUTES:
        good = BODIES[route.body.__name__] if route.body else {}
        for field in (name for name, value in good.items() if isinstance(value, str)):
            for payload in PAYLOADS:
                answer = client.call(route.method, path_of(route), data=json.dumps({**good, field: payload}))
                assert answer.status_code < 500 or route.path == "/api/lb/apply", (
                    route.path,
                    field,
                    payload[:80],
                )
                said = answer.get_json()
                assert set(said) >= {"error", "hint"} or answer.status_code == 200
                assert len(answer.get_data()) < LONGEST_ECHO + 20_000
    assert run.requests
