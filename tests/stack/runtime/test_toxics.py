"""The adapter to Toxiproxy, against real servers and against servers that misbehave."""

from __future__ import annotations

import socket
import subprocess
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING

import pytest

from game.errors import ServiceFailed, UsageError
from game.lab.binaries import find_programs
from game.lab.ports import LOOPBACK, reserve
from game.lab.toxics import Toxic, Toxics

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.stack

SLOW = Toxic(name="slow", kind="latency", attributes=(("jitter", 0), ("latency", 80)))


@contextmanager
def server(port: int) -> Iterator[Toxics]:
    program = find_programs().path("toxiproxy-server")
    process = subprocess.Popen(
        [program, "-host", LOOPBACK, "-port", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        toxics = Toxics(LOOPBACK, port)
        deadline = time.monotonic() + 10
        while True:
            try:
                assert "2." in toxics.version()
                break
            except ServiceFailed:
                assert time.monotonic() < deadline
                time.sleep(0.01)
        yield toxics
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def ports() -> Iterator[list[int]]:
    block = reserve(6)
    yield list(block.ports())
    block.release()


@contextmanager
def echo(port: int) -> Iterator[None]:
    listening = socket.create_server((LOOPBACK, port))

    def serve() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with connection:
                connection.sendall(connection.recv(16))

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join()


def round_trip_ms(port: int) -> float:
    started = time.monotonic()
    with socket.create_connection((LOOPBACK, port), timeout=5) as connection:
        connection.sendall(b"x")
        assert connection.recv(16) == b"x"
    return (time.monotonic() - started) * 1000


def test_a_toxic_slows_one_proxy_of_one_server(ports: list[int]) -> None:
    one, two, first, second, behind, _ = ports
    with server(one) as here, server(two) as there, echo(behind):
        here.create("db", listen=f"{LOOPBACK}:{first}", upstream=f"{LOOPBACK}:{behind}")
        there.create("db", listen=f"{LOOPBACK}:{second}", upstream=f"{LOOPBACK}:{behind}")
        here.add("db", SLOW)
        assert round_trip_ms(first) >= 80
        assert min(round_trip_ms(second) for _ in range(5)) < 80
        assert [proxy.toxics for proxy in here.proxies()] == [(SLOW,)]
        assert [proxy.toxics for proxy in there.proxies()] == [()]
        assert here.proxies()[0].upstream == f"{LOOPBACK}:{behind}"


def test_everything_may_be_done_twice(ports: list[int]) -> None:
    with server(ports[0]) as toxics:
        for _ in range(2):
            toxics.create("db", listen=f"{LOOPBACK}:{ports[1]}", upstream=f"{LOOPBACK}:{ports[2]}")
        for _ in range(2):
            toxics.add("db", SLOW)
        for _ in range(2):
            toxics.remove("db", "slow")
        assert toxics.proxies()[0].toxics == ()
        toxics.add("db", SLOW)
        toxics.clear()
        assert toxics.proxies()[0].toxics == ()


def test_wrong_wishes_are_usage_errors(ports: list[int]) -> None:
    with server(ports[0]) as toxics:
        with pytest.raises(UsageError, match="no proxy 'db'"):
            toxics.add("db", SLOW)
        with pytest.raises(UsageError, match="no name"):
            toxics.remove("a/../b", "slow")
        with pytest.raises(UsageError, match="no toxic 'lateness'"):
            toxics.add("db", Toxic(name="slow", kind="lateness", attributes=()))
        with pytest.raises(UsageError, match="no attribute latenz"):
            toxics.add("db", Toxic(name="slow", kind="latency", attributes=(("latenz", 1),)))
        with pytest.raises(UsageError, match="toxicity 2"):
            toxics.add("db", Toxic(name="slow", kind="latency", attributes=(), toxicity=2))


def test_a_taken_port_is_our_own_error(ports: list[int]) -> None:
    with server(ports[0]) as toxics, echo(ports[1]), pytest.raises(ServiceFailed, match="answered 500"):
        toxics.create("db", listen=f"{LOOPBACK}:{ports[1]}", upstream=f"{LOOPBACK}:{ports[2]}")


def test_a_hung_server_is_given_up_on(ports: list[int]) -> None:
    with socket.create_server((LOOPBACK, ports[0])):
        started = time.monotonic()
        with pytest.raises(ServiceFailed, match="did not answer get /version: ReadTimeout"):
            Toxics(LOOPBACK, ports[0], timeout_s=0.2).version()
        assert time.monotonic() - started < 2


def test_no_server_and_nonsense_are_our_own_errors(ports: list[int]) -> None:
    with pytest.raises(ServiceFailed, match="ConnectionError"):
        Toxics(LOOPBACK, ports[0]).proxies()

    class Nonsense(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"<html>")

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer((LOOPBACK, ports[1]), Nonsense) as httpd:
        thread = threading.Thread(target=httpd.serve_forever)
        thread.start()
        with pytest.raises(ServiceFailed, match="JSON"):
            Toxics(LOOPBACK, ports[1]).proxies()
        httpd.shutdown()
        thread.join()
