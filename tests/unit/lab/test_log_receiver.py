from __future__ import annotations

import socket
import threading
import time
from typing import TYPE_CHECKING

import pytest

from game.errors import ServiceFailed
from game.lab import log_receiver
from game.lab.log_receiver import LogReceiver

if TYPE_CHECKING:
    from pathlib import Path


# What a datagram of some hundred bytes costs of the kernel's buffer, at most.
KEPT_BYTES = 1280


def send(receiver: LogReceiver, *datagrams: bytes) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for datagram in datagrams:
            sender.sendto(datagram, (receiver.endpoint.host, receiver.endpoint.port))


def wait_for(receiver: LogReceiver, count: int) -> None:
    deadline = time.monotonic() + 30
    while receiver.received < count:
        assert time.monotonic() < deadline, f"{receiver.received} of {count} lines"
        time.sleep(0.005)


def test_lines_are_written_in_order_without_their_syslog_head(tmp_path: Path) -> None:
    with LogReceiver(tmp_path / "traffic.log") as receiver:
        send(receiver, b"<134>one\n", b"", b"two\nthree\n", b"\x1b[31mfour\xff")
        wait_for(receiver, 4)
        assert receiver.latest(2) == ("three", "?[31mfour\ufffd")
        assert receiver.after(3) == receiver.latest(1)
        assert receiver.after(4) == ()
    assert (tmp_path / "traffic.log").read_text().splitlines()[:3] == ["one", "two", "three"]


def test_a_burst_is_kept_whole(tmp_path: Path) -> None:
    with LogReceiver(tmp_path / "traffic.log") as receiver:
        # As many as the system keeps for a receiver that does not get its turn meanwhile; only the privileged get all.
        room = receiver._socket.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF) if receiver._socket else 0
        burst = min(2000, room // KEPT_BYTES)
        assert burst > 100
        send(receiver, *(b"<134>" + b"x" * 300 + f" {number}".encode() for number in range(burst)))
        wait_for(receiver, burst)
    lines = (tmp_path / "traffic.log").read_text().splitlines()
    assert [int(line.split()[-1]) for line in lines] == list(range(burst))


def test_stopping_writes_what_arrived_and_leaves_no_thread(tmp_path: Path) -> None:
    receiver = LogReceiver(tmp_path / "traffic.log")
    address = receiver.start()
    assert receiver.start() == address
    send(receiver, *(f"{number}".encode() for number in range(100)))
    receiver.stop()
    receiver.stop()
    assert len((tmp_path / "traffic.log").read_text().splitlines()) == 100
    assert "log-receiver" not in {thread.name for thread in threading.enumerate()}
    with pytest.raises(ServiceFailed, match="not started"):
        _ = receiver.endpoint


def test_a_taken_port_and_a_missing_folder_are_named(tmp_path: Path) -> None:
    with LogReceiver(tmp_path / "one.log") as first:
        second = LogReceiver(tmp_path / "two.log", port=first.endpoint.port)
        with pytest.raises(ServiceFailed, match=str(first.endpoint.port)):
            second.start()
    with pytest.raises(ServiceFailed, match="missing"):
        LogReceiver(tmp_path / "missing" / "x.log").start()


def test_a_full_file_does_not_end_the_receiving(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_receiver, "MAX_FILE_BYTES", 10)
    with LogReceiver(tmp_path / "traffic.log") as receiver:
        send(receiver, b"12345", b"678901234", b"x")
        wait_for(receiver, 3)
        assert receiver.unwritten == 1
        assert receiver.latest() == ("12345", "678901234", "x")
