"""Connections that never become requests must not keep others waiting."""

from __future__ import annotations

import socket
import ssl
import time
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.stack.service.certificates import Certificates
    from tests.stack.service.speaking import Zygote

pytestmark = pytest.mark.stack


def seconds_to_answer(zygote: Zygote) -> float:
    started = time.monotonic()
    assert zygote.client("auth1").send("GET", "/healthz").status == 200
    return time.monotonic() - started


def test_silent_connections_keep_nobody_waiting(zygote: Zygote, figure: Callable[[str], None]) -> None:
    zygote.start("auth1")
    address = ("127.0.0.1", zygote.ports["auth1"])
    silent = [socket.create_connection(address) for _ in range(50)]
    took = seconds_to_answer(zygote)
    for each in silent:
        each.close()
    figure(f"answered in {took * 1000:.0f} ms beside 50 silent connections")
    assert took < 1.0


def test_broken_handshakes_keep_nobody_waiting(
    zygote: Zygote,
    certificates: Certificates,
    waited: Callable[..., float],
    figure: Callable[[str], None],
) -> None:
    zygote.start("auth1")
    address = ("127.0.0.1", zygote.ports["auth1"])
    half = [socket.create_connection(address) for _ in range(5)]
    for each in half:
        each.sendall(b"\x16\x03\x01\x02\x00\x01")  # the first bytes of a ClientHello, and no more
    with socket.create_connection(address) as plain:
        plain.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
        with pytest.raises(ssl.SSLCertVerificationError):
            certificates.context().wrap_socket(
                socket.create_connection(address), server_hostname="other.internal"
            )
        took = seconds_to_answer(zygote)
    for each in half:
        each.close()
    figure(f"answered in {took * 1000:.0f} ms beside 5 half handshakes")
    assert took < 1.0
    # Another thread of the replica's than the one that answered.
    waited("the failure in the log", lambda: "TLS handshake failed" in zygote.log("auth1"))
    assert "Traceback" not in zygote.log("auth1")


def test_a_connection_is_kept_and_serves_http_1_1(zygote: Zygote) -> None:
    zygote.start("auth1")
    client = zygote.client("auth1")
    local = set()
    for _ in range(20):
        assert client.send("GET", "/healthz").status == 200
        local.add(client.connection.sock.getsockname())
    assert len(local) == 1
    assert isinstance(client.connection.sock, ssl.SSLSocket)
    assert client.connection.sock.version() == "TLSv1.3"
