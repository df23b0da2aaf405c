"""The parent of the replicas: orders, deaths, endings."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.stack.service.speaking import Zygote

pytestmark = pytest.mark.stack

KINDS = {**{f"auth{n}": "auth" for n in range(1, 7)}, "staging": "staging", "legacy": "legacy"}


def private_megabytes(pid: int) -> float:
    """Memory that is the process's alone, and its proportional share of what it has in common with others."""
    fields = dict(line.split(":") for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:])
    return int(fields["Pss"].split()[0]) / 1024


def gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_eight_replicas_are_healthy_quickly_and_small(zygote: Zygote, figure: Callable[[str], None]) -> None:
    started = time.monotonic()
    for replica, role in KINDS.items():
        zygote.start(replica, role)
    for replica in KINDS:
        assert zygote.client(replica).send("GET", "/healthz").status == 200
    healthy = time.monotonic() - started
    for replica in ("auth1", "auth2", "auth3", "auth4"):
        assert zygote.client(replica).login().status == 200
    sizes = [private_megabytes(pid) for pid in zygote.pids.values()]
    figure(f"8 replicas healthy in {healthy:.2f} s; {min(sizes):.1f}-{max(sizes):.1f} MB each (PSS)")
    assert healthy < 30  # 0.8 s on a quiet machine
    assert max(sizes) < 30


def test_orders_that_cannot_be_carried_out_are_answered_and_change_nothing(zygote: Zygote) -> None:
    zygote.start("auth1")
    order = {
        "do": "start",
        "replica": "auth2",
        "role": "auth",
        "host": "127.0.0.1",
        "port": zygote.ports["auth1"],
    }
    for wrong, word in (
        (order, "cannot listen on 127.0.0.1"),
        ({**order, "replica": "auth1"}, "runs already"),
        ({**order, "role": "king"}, "role is 'king'"),
        ({**order, "replica": "../x"}, "replica is"),
        ({**order, "port": 0}, "port must be"),
        ({**order, "settings": {"fun": 1}}, "unknown names fun"),
        ({**order, "settings": {"error_share": 2}}, "from 0 to 1"),
        ({"do": "dance", "replica": "auth1"}, "do is 'dance'"),
        (b"not json", "not a line of JSON"),
        (b"[1]", "must be a JSON object"),
    ):
        zygote.tell(wrong)
        assert word in zygote.hear()["error"]
    zygote.stop("auth9")
    assert zygote.client("auth1").send("GET", "/healthz").status == 200


def test_signals_are_passed_on_to_replicas_that_nobody_else_reaches(
    zygote: Zygote, waited: Callable[..., float]
) -> None:
    zygote.start("auth1")
    replica = psutil.Process(zygote.pids["auth1"])
    for name, state in (("SIGSTOP", psutil.STATUS_STOPPED), ("SIGCONT", psutil.STATUS_SLEEPING)):
        zygote.tell({"do": "signal", "replica": "auth1", "signal": name})
        assert zygote.hear() == {"replica": "auth1", "signalled": True}
        # Seen once is enough: a replica that goes on works now and then.
        waited(f"{name} to take effect", lambda state=state: replica.status() == state)
    zygote.tell({"do": "signal", "replica": "auth1", "signal": "SIGSEGV"})
    assert "signal is 'SIGSEGV'" in zygote.hear()["error"]
    zygote.tell({"do": "signal", "replica": "auth9", "signal": "SIGKILL"})
    assert zygote.hear() == {"replica": "auth9", "signalled": False}
    zygote.tell({"do": "signal", "replica": "auth1", "signal": "SIGKILL"})
    assert zygote.hear() == {"replica": "auth1", "signalled": True}
    assert zygote.hear() == {"replica": "auth1", "died": -9}


def test_a_replica_stops_and_starts_again_on_its_port(zygote: Zygote) -> None:
    zygote.start("auth1")
    kept_open = zygote.client("auth1")
    assert kept_open.login().status == 200
    zygote.stop("auth1")
    assert gone(zygote.pids["auth1"])
    zygote.start("auth1")
    assert zygote.client("auth1").login().status == 200


def test_a_paused_replica_can_be_stopped(zygote: Zygote) -> None:
    zygote.start("auth1")
    os.kill(zygote.pids["auth1"], signal.SIGSTOP)
    zygote.stop("auth1")
    assert gone(zygote.pids["auth1"])


def test_a_killed_replica_is_announced_and_the_others_go_on(zygote: Zygote) -> None:
    zygote.start("auth1")
    zygote.start("auth2")
    os.kill(zygote.pids["auth1"], signal.SIGKILL)
    assert zygote.hear() == {"replica": "auth1", "died": -signal.SIGKILL}
    assert zygote.client("auth2").login().status == 200
    zygote.start("auth1")
    assert zygote.client("auth1").send("GET", "/healthz").status == 200


@pytest.mark.parametrize("how", ["stdin", "SIGTERM"])
def test_the_end_stops_every_replica(zygote: Zygote, how: str, figure: Callable[[str], None]) -> None:
    for replica in ("auth1", "auth2", "auth3"):
        zygote.start(replica)
    started = time.monotonic()
    if how == "SIGTERM":
        zygote.process.terminate()
        assert zygote.process.wait(10) == 0
    assert zygote.end() == 0
    assert all(gone(pid) for pid in zygote.pids.values())
    figure(f"ended after {time.monotonic() - started:.2f} s")


def test_replicas_die_with_a_killed_parent(zygote: Zygote, waited: Callable[..., float]) -> None:
    zygote.start("auth1")
    zygote.start("legacy", "legacy")
    zygote.process.kill()
    zygote.process.wait(10)
    waited("the replicas to die", lambda: all(gone(pid) for pid in zygote.pids.values()))
    zygote.end()
