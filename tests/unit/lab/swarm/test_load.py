"""The load worker on another machine: its clock is another one, and it ends with its connection."""

from __future__ import annotations

import json
import socket
import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import pytest

from game.lab.places import Endpoint, Place
from game.lab.swarm.load import RemoteLoad

if TYPE_CHECKING:
    from pathlib import Path

    from game.lab.swarm.gate import Gate

AHEAD_NS = 7_000_000_000


@dataclass
class Line:
    """A gate with a worker behind it that a test plays; `asked` is what the task was told before."""

    here: socket.socket
    there: socket.socket
    asked: list[tuple[str, dict[str, object]]] = field(default_factory=list)

    def call(self, to: str, what: str, **fields: object) -> None:
        assert to == "load"
        self.asked.append((what, fields))

    def ahead_ns(self, to: str) -> int:
        assert to == "load"
        return AHEAD_NS

    def dial(self, to: str, message: dict[str, Any]) -> socket.socket:
        assert (to, message) == ("load", {"do": "talk"})
        return self.here


@pytest.fixture
def line() -> Line:
    here, there = socket.socketpair()
    there.settimeout(5)
    return Line(here=here, there=there)


@pytest.fixture
def load(line: Line, tmp_path: Path) -> RemoteLoad:
    (tmp_path / "live" / "certs").mkdir(parents=True)
    (tmp_path / "live" / "certs" / "ca.pem").write_text("PEM")
    edge = Endpoint(name="haproxy.edge", host="127.0.0.1", port=20443)
    return RemoteLoad(
        cast("Gate", line), Place(root=tmp_path, endpoints=(edge,)), "/home", tmp_path / "load.log"
    )


def test_the_way_and_the_authority_are_there_before_the_users(line: Line, load: RemoteLoad) -> None:
    assert line.asked == [("authority", {"name": "ca.pem", "pem": "PEM"}), ("way", {"port": 20443})]
    assert load.pid != 0
    load.kill()
    line.there.close()


def test_moments_and_paths_are_the_other_machines(line: Line, load: RemoteLoad) -> None:
    assert load.stdin is not None
    load.stdin.write(
        json.dumps({"origin_ns": 1, "target": {"ca": "/here/ca.pem"}, "seed": 3}).encode() + b"\n"
    )
    load.stdin.write(b'{"do":"rate","requests_per_second":60}\n')
    with line.there.makefile("rb") as lines:
        plan = json.loads(lines.readline())
        assert plan == {"origin_ns": 1 + AHEAD_NS, "target": {"ca": "/home/ca.pem"}, "seed": 3}
        assert json.loads(lines.readline()) == {"do": "rate", "requests_per_second": 60}
    load.kill()
    line.there.close()


def test_it_ends_with_its_connection(line: Line, load: RemoteLoad) -> None:
    assert load.stdout is not None
    line.there.sendall(b'{"ready": true}\n')
    assert load.stdout.readline() == b'{"ready": true}\n'
    assert load.poll() is None
    with pytest.raises(subprocess.TimeoutExpired):
        load.wait(0.01)
    line.there.close()
    assert load.stdout.readline() == b""
    assert load.wait(1) == 0
    assert load.pid == 0
    assert load.stdin is not None
    with pytest.raises(BrokenPipeError):
        load.stdin.write(b"{}\n")
    load.stdout.close()
