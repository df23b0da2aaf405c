"""What every way of running a stack has to hold: the same tests for processes and for containers."""

from __future__ import annotations

import http.client
import json
import os
import socket
import ssl
import time
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psycopg
import pytest

from game.catalog.stack import load_stack
from game.core.roster import account
from game.errors import UsageError
from game.lab.certificates import REPLICA_NAME
from game.lab.data import stacks_dir
from game.lab.process_table import process
from game.lab.runtime.waiting import answers, serves, until
from game.lab.toxics import Toxics
from tests.stack.runtime.live import fill_live

if TYPE_CHECKING:
    from collections.abc import Callable

    from game.lab.home import Home
    from game.lab.places import Place
    from game.lab.runtime.protocol import ServiceState, Step
    from game.lab.runtime.stack_runtime import StackRuntime

HOST = "login.example.test"
# Servers look healthy to the balancer only some checks after they are; and test machines are busy.
BACK_WITHIN_S = 60.0
RESTARTABLE = ("haproxy", "auth1", "staging", "legacy", "postgres", "redis", "toxiproxy")


@dataclass(slots=True)
class Made:
    """A prepared stack; `up` starts it."""

    runtime: StackRuntime
    place: Place
    steps: list[Step]

    def up(self) -> Made:
        fill_live(self.place)
        self.runtime.up(self.steps.append)
        return self


def log_in(place: Place, within_s: float = 0.0) -> int:
    """Log a user of the roster in through the edge, again and again while there is time; return the last status."""
    deadline = time.monotonic() + within_s
    while True:
        last = time.monotonic() >= deadline
        try:
            status = _log_in_once(place)
        except OSError:
            if last:
                raise
            status = 0
        if status == 200 or last:
            return status
        time.sleep(0.2)


def _log_in_once(place: Place) -> int:
    stack = load_stack(stacks_dir() / "auth")
    who = account(stack.cohorts[0], 0)
    body = json.dumps({"username": who.username, "password": who.password, "nonce": "n1"})
    edge = place.endpoint("haproxy.edge")
    context = ssl.create_default_context(cafile=str(place.live / "certs" / "ca.pem"))
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
        return connection.getresponse().status
    finally:
        connection.close()


def state(made: Made, service: str) -> ServiceState:
    return next(one for one in made.runtime.states() if one.service == service)


class RuntimeContract(ABC):
    """Subclasses say which runtime; the fixture `make` prepares stacks of it."""

    @abstractmethod
    def runtime(self, home: Home, run: str) -> StackRuntime: ...

    def kill(self, made: Made, service: str) -> None:
        """Have a service die."""
        os.kill(state(made, service).pid, 9)

    def is_gone(self, pid: int) -> bool:
        return process(pid) is None

    def test_a_user_can_log_in_and_every_service_runs(self, make: Callable[[], Made]) -> None:
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
        assert {step.what for step in made.steps} >= {
            "haproxy",
            "auth-service",
            "postgres",
            "redis",
            "toxiproxy",
        }

    def test_services_reach_the_stores_only_through_toxiproxy(self, make: Callable[[], Made]) -> None:
        made = make().up()
        api = made.place.endpoint("toxiproxy.api")
        proxies = {proxy.name: proxy for proxy in Toxics(api.host, api.port).proxies()}
        assert set(proxies) == {"postgres", "redis"}
        made.runtime.act("toxiproxy", "stop")
        assert log_in(made.place) != 200
        made.runtime.act("toxiproxy", "start")
        assert log_in(made.place, BACK_WITHIN_S) == 200

    def test_two_stacks_do_not_touch_each_other(self, make: Callable[[], Made]) -> None:
        first, second = make(), make()
        ports = [{endpoint.port for endpoint in made.place.endpoints} for made in (first, second)]
        assert not ports[0] & ports[1]
        first.up()
        second.up()
        assert log_in(first.place) == log_in(second.place) == 200
        first.runtime.down()
        assert log_in(second.place) == 200

    @pytest.mark.parametrize("service", RESTARTABLE)
    def test_each_service_restarts(self, make: Callable[[], Made], service: str) -> None:
        made = make().up()
        before = state(made, service)
        made.runtime.act(service, "restart")
        after = state(made, service)
        assert after.running
        assert after.pid != before.pid
        assert after.restarts == 1
        assert self.is_gone(before.pid)
        assert log_in(made.place, BACK_WITHIN_S) == 200

    @pytest.mark.parametrize("service", ["haproxy", "auth2", "postgres"])
    def test_kill_is_seen_and_mended_by_start(self, make: Callable[[], Made], service: str) -> None:
        made = make().up()
        self.kill(made, service)
        assert until(lambda: not state(made, service).running, BACK_WITHIN_S)
        made.runtime.act(service, "start")
        assert state(made, service).running
        assert log_in(made.place, BACK_WITHIN_S) == 200

    def test_settings_reach_the_servers(self, make: Callable[[], Made]) -> None:
        made = make().up()
        made.runtime.act("postgres", "restart", (("work_mem", "5MB"),))
        sql = made.place.endpoint("postgres.sql")
        with psycopg.connect(
            host=sql.host, port=sql.port, user="auth", dbname="auth", connect_timeout=5
        ) as connection:
            assert connection.execute("SHOW work_mem").fetchone() == ("5MB",)
            assert connection.execute(
                "SELECT usesuper FROM pg_user WHERE usename = current_user"
            ).fetchone() == (False,)
        with pytest.raises(UsageError):
            made.runtime.act("haproxy", "restart", (("maxconn", "1"),))
        with pytest.raises(UsageError, match="no service 'mysql'"):
            made.runtime.act("mysql", "restart")

    def test_down_works_at_any_point(self, make: Callable[[], Made], shared_home: Home) -> None:
        self.runtime(shared_home, "never-prepared").down()
        made = make()
        made.runtime.down()
        assert made.runtime.states() == ()

    def test_a_run_name_is_used_once(self, make: Callable[[], Made], shared_home: Home) -> None:
        made = make()
        with pytest.raises(UsageError, match="exists already"):
            self.runtime(shared_home, made.place.root.name).prepare()

    def test_a_paused_service_stands_still_until_resumed(self, make: Callable[[], Made]) -> None:
        made = make().up()
        resp, https = made.place.endpoint("redis.resp"), made.place.endpoint("auth3.https")
        checks: dict[str, Callable[[], bool]] = {
            "redis": lambda: answers(resp, b"PING\r\n", b"+PONG"),
            "auth3": lambda: serves(https, "/healthz", made.place.live / "certs" / "ca.pem", REPLICA_NAME),
        }
        for service, well in checks.items():
            made.runtime.act(service, "pause")
            assert not well(), service
            made.runtime.act(service, "resume")
            assert until(well, BACK_WITHIN_S), service
        assert log_in(made.place, BACK_WITHIN_S) == 200
