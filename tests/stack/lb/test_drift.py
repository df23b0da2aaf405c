from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from game.lab.lb.drift import drift
from game.lab.lb.observation import observe
from game.lab.lb.runtime_api import LbConsole

if TYPE_CHECKING:
    from game.lab.lb.apply import ApplyPath
    from tests.stack.lb.balancer import LoadBalancer

pytestmark = pytest.mark.stack


def seen(balancer: LoadBalancer, path: ApplyPath) -> tuple[str, ...]:
    assert path.baseline is not None
    return drift(path.baseline, observe(balancer.master, balancer.place.live))


@pytest.mark.parametrize(
    ("command", "undo", "said"),
    [
        (
            "set server be_auth/auth1 weight 50%",
            "set server be_auth/auth1 weight 100%",
            "be_auth/auth1: weight",
        ),
        (
            "set server be_auth/auth1 state drain",
            "set server be_auth/auth1 state ready",
            "be_auth/auth1: state",
        ),
        ("set server be_auth/auth1 state maint", "set server be_auth/auth1 state ready", "maintenance"),
        (
            "set server be_auth/auth2 addr 127.0.0.2",
            "set server be_auth/auth2 addr 127.0.0.1",
            "auth2: address",
        ),
        ("disable health be_auth/auth1", "enable health be_auth/auth1", "be_auth/auth1: health checks"),
        ("set maxconn frontend fe_auth 7", "set maxconn frontend fe_auth 200", "fe_auth: maxconn"),
        (
            "set maxconn server be_auth/auth1 3",
            "set maxconn server be_auth/auth1 50",
            "be_auth/auth1: maxconn",
        ),
        ("set maxconn global 100", "set maxconn global 400", "the process's maxconn"),
        (
            "set rate-limit connections global 10",
            "set rate-limit connections global 0",
            "connection rate limit",
        ),
        ("set rate-limit ssl-sessions global 10", "set rate-limit ssl-sessions global 0", "TLS rate limit"),
        ("disable frontend fe_spare", "enable frontend fe_spare", "fe_spare: status"),
        (
            "set map maps/tenants.map login.example.test nobody",
            "set map maps/tenants.map login.example.test default",
            "login.example.test: default approved, nobody running",
        ),
        (
            "add map maps/tenants.map new.example.test x",
            "del map maps/tenants.map new.example.test",
            "new.example.test",
        ),
    ],
)
def test_a_runtime_change_is_seen_and_its_undoing_too(
    serving: tuple[LoadBalancer, ApplyPath], command: str, undo: str, said: str
) -> None:
    balancer, path = serving
    console = LbConsole(balancer.master)
    console.run(command)
    found = seen(balancer, path)
    assert len(found) == 1, found
    assert said in found[0]
    console.run(undo)
    assert seen(balancer, path) == ()


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("set server be_auth/auth1 addr 127.0.0.1 port 29999", "be_auth/auth1: port"),
        ("add server be_auth/auth9 127.0.0.1:29999", "be_auth/auth9: added at run time"),
        ("shutdown frontend fe_spare", "fe_spare"),
    ],
)
def test_what_the_console_refuses_is_seen_when_it_comes_another_way(
    serving: tuple[LoadBalancer, ApplyPath], command: str, said: str
) -> None:
    balancer, path = serving
    balancer.master.ask_worker(command)
    found = seen(balancer, path)
    assert any(said in words for words in found), found


def test_legitimate_activity_is_no_drift(serving: tuple[LoadBalancer, ApplyPath]) -> None:
    balancer, path = serving
    for number in range(50):
        assert balancer.get(f"host{number % 7}.example.test")[0] == 200
    console = LbConsole(balancer.master)
    for command in (
        "show stat",
        "clear counters all",
        "set server be_auth/auth1 weight 1",
        "enable health be_auth/auth1",
    ):
        console.run(command)
    assert seen(balancer, path) == ()


def test_a_server_that_fails_its_checks_is_no_drift(serving: tuple[LoadBalancer, ApplyPath]) -> None:
    balancer, path = serving
    balancer.processes[0].kill()
    balancer.processes[0].wait()
    deadline = time.monotonic() + 30
    while "DOWN" not in balancer.master.ask_worker("show stat"):
        assert time.monotonic() < deadline, "no check failed"
        time.sleep(0.05)
    assert seen(balancer, path) == ()


def test_a_file_edited_on_disk_is_seen_by_its_meaning(serving: tuple[LoadBalancer, ApplyPath]) -> None:
    balancer, path = serving
    live = balancer.place.live / "haproxy.cfg"
    text = live.read_text()
    live.write_text("# a comment\n" + text)
    assert seen(balancer, path) == ()
    live.write_text(text.replace("timeout server 10s", "timeout server 9s"))
    found = seen(balancer, path)
    assert len(found) == 1
    assert "timeout server" in found[0]
    live.write_text(text)
    (balancer.place.live / "maps/tenants.map").write_text("acme.example.test other\n")
    assert seen(balancer, path) == ("maps/tenants.map on disk: changed",)


def test_a_reload_past_the_apply_path_is_seen_even_with_the_old_files_back(
    serving: tuple[LoadBalancer, ApplyPath],
) -> None:
    balancer, path = serving
    assert balancer.master.reload().worked
    found = seen(balancer, path)
    assert len(found) == 1
    assert "worker" in found[0]


def test_a_look_costs_little(
    serving: tuple[LoadBalancer, ApplyPath], capsys: pytest.CaptureFixture[str]
) -> None:
    balancer, _ = serving
    took = []
    for _ in range(30):
        started = time.perf_counter()
        observe(balancer.master, balancer.place.live)
        took.append((time.perf_counter() - started) * 1000)
    took.sort()
    with capsys.disabled():
        print(f"\nobserving the load balancer: median {took[15]:.1f} ms, worst of 30 {took[-1]:.1f} ms")  # noqa: T201 - a figure to hold
    assert took[15] < 100
