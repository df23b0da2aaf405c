"""The door, both sides of it on this machine: the inside's loopback is another address of it."""

from __future__ import annotations

import errno
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from game.lab.containers import door
from game.lab.containers.outside import Outside
from game.lab.places import Endpoint
from game.lab.runtime.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

INSIDE = "127.0.0.2"
WITHIN_S = 20.0


def free_port(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def inner_side(folder: Path, log_port: int) -> Iterator[None]:
    """The program that runs in a container."""
    process = subprocess.Popen([sys.executable, "-I", door.__file__, str(folder), str(log_port), INSIDE])
    try:
        # The file is there a moment before anybody listens behind it.
        assert until(lambda: answers(folder / door.IN), WITHIN_S)
        yield
    finally:
        process.kill()
        process.wait()


def answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        return connection.connect_ex(str(path)) == 0


def ask(port: int, question: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=WITHIN_S) as connection:
        answer = b""
        try:
            connection.sendall(question)
            connection.shutdown(socket.SHUT_WR)
            while part := connection.recv(1000):
                answer += part
        except OSError as error:
            # It was closed, before the question or after it.
            if error.errno not in {errno.ECONNRESET, errno.EPIPE, errno.ENOTCONN}:
                raise
            return b""
        return answer


def echo_once(listening: socket.socket) -> None:
    connection, _ = listening.accept()
    with connection:
        while part := connection.recv(1000):
            connection.sendall(part.upper())


def test_a_connection_comes_out_at_the_same_port_inside(tmp_path: Path) -> None:
    port, log = free_port(), free_port(socket.SOCK_DGRAM)
    outside = Outside(
        tmp_path,
        (Endpoint(name="a.b", host="127.0.0.1", port=port),),
        (),
        Endpoint(name="game.log", host="127.0.0.1", port=log),
    )
    with inner_side(tmp_path, log), socket.create_server((INSIDE, port)) as listening:
        outside.start()
        try:
            assert outside.answers()
            server = threading.Thread(target=echo_once, args=(listening,))
            server.start()
            assert ask(port, b"hello") == b"HELLO"
            server.join(WITHIN_S)
            listening.close()
            assert ask(port, b"hello") == b"", "nobody listens there any more"
        finally:
            outside.stop()


def test_only_ways_that_were_opened_lead_out(tmp_path: Path) -> None:
    opened, closed, log = free_port(), free_port(), free_port(socket.SOCK_DGRAM)
    outside = Outside(tmp_path, (), (), Endpoint(name="game.log", host="127.0.0.1", port=log))
    with inner_side(tmp_path, log), socket.create_server(("127.0.0.1", opened)) as listening:
        outside.start()
        try:
            outside.open_way(opened)
            server = threading.Thread(target=echo_once, args=(listening,))
            server.start()
            with socket.create_connection((INSIDE, opened), timeout=WITHIN_S) as way:
                way.sendall(b"hello")
                assert way.recv(100) == b"HELLO"
            server.join(WITHIN_S)
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection((INSIDE, closed), timeout=WITHIN_S)
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as forged:
                forged.settimeout(WITHIN_S)
                forged.connect(str(tmp_path / door.OUT))
                forged.sendall(f"{closed}\nhello".encode())
                assert forged.recv(100) == b""
        finally:
            outside.stop()


def test_log_lines_arrive_at_the_games_receiver(tmp_path: Path) -> None:
    log = free_port(socket.SOCK_DGRAM)
    outside = Outside(tmp_path, (), (), Endpoint(name="game.log", host="127.0.0.1", port=log))
    with inner_side(tmp_path, log), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.settimeout(WITHIN_S)
        receiver.bind(("127.0.0.1", log))
        outside.start()
        try:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as haproxy:
                haproxy.sendto(b"<134>a line", (INSIDE, log))
            assert receiver.recv(100) == b"<134>a line"
        finally:
            outside.stop()


def test_a_question_in_a_datagram_is_answered(tmp_path: Path) -> None:
    port, log = free_port(socket.SOCK_DGRAM), free_port(socket.SOCK_DGRAM)
    outside = Outside(
        tmp_path,
        (),
        (Endpoint(name="resolver.dns", host="127.0.0.1", port=port),),
        Endpoint(name="game.log", host="127.0.0.1", port=log),
    )
    with inner_side(tmp_path, log), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as resolver:
        resolver.settimeout(WITHIN_S)
        resolver.bind((INSIDE, port))

        def answer() -> None:
            question, asker = resolver.recvfrom(100)
            resolver.sendto(question[::-1], asker)

        outside.start()
        try:
            answering = threading.Thread(target=answer)
            answering.start()
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
                asking.settimeout(WITHIN_S)
                asking.connect(("127.0.0.1", port))
                asking.send(b"abc")
                assert asking.recv(100) == b"cba"
            answering.join(WITHIN_S)
        finally:
            outside.stop()
