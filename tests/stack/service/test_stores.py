"""PostgreSQL and Redis go away, hang, and come back."""

from __future__ import annotations

import signal
import time
from typing import TYPE_CHECKING

import psutil
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.stack.service.servers import Server
    from tests.stack.service.speaking import Client, Zygote

pytestmark = pytest.mark.stack


@pytest.fixture
def client(zygote: Zygote) -> Client:
    zygote.start("auth1")
    client = zygote.client("auth1")
    assert client.login().status == 200
    return client


def recovery(client: Client, waited: Callable[..., float]) -> float:
    client.headers["X-Forwarded-For"] = "198.18.99.99"
    return waited("logins to work again", lambda: client.login().status == 200)


def test_database_down_is_503_and_recovers(
    zygote: Zygote,
    client: Client,
    postgres: Server,
    waited: Callable[..., float],
    figure: Callable[[str], None],
) -> None:
    postgres.stop()
    try:
        for _ in range(2):
            started = time.monotonic()
            answer = client.login()
            assert (answer.status, answer.json()) == (503, {"error": "user store unavailable"})
            assert time.monotonic() - started < 2.0
    finally:
        postgres.start()
    figure(f"logins work {recovery(client, waited):.2f} s after PostgreSQL is back")
    assert "ERROR auth user store:" in zygote.log("auth1")
    assert "Traceback" not in zygote.log("auth1")


def test_a_restart_of_the_database_between_logins_is_not_noticed(client: Client, postgres: Server) -> None:
    postgres.stop()
    postgres.start()
    assert client.login().status == 200


def test_a_database_that_hangs_is_given_up_in_time(
    client: Client, postgres: Server, waited: Callable[..., float], figure: Callable[[str], None]
) -> None:
    postgres.signal(signal.SIGSTOP)  # the processes that hold our connections are its children
    stopped = [child for child in children(postgres) if stop(child)]
    try:
        started = time.monotonic()
        assert client.login().status == 503
        took = time.monotonic() - started
    finally:
        for child in stopped:
            child.send_signal(signal.SIGCONT)
        postgres.signal(signal.SIGCONT)
    figure(f"given up after {took:.2f} s")
    assert took < 2.5
    recovery(client, waited)


def test_redis_down_is_503_and_recovers(
    zygote: Zygote, client: Client, redis: Server, waited: Callable[..., float]
) -> None:
    token = client.login().json()["refresh_token"]
    redis.stop()
    try:
        answer = client.send("POST", "/refresh", {"refresh_token": token, "nonce": "n"})
        assert (answer.status, answer.json()) == (503, {"error": "token store unavailable"})
        assert client.login().status == 503
    finally:
        redis.start()
    recovery(client, waited)
    assert "ERROR auth token store:" in zygote.log("auth1")


def test_a_restart_of_redis_between_logins_is_not_noticed(client: Client, redis: Server) -> None:
    redis.stop()
    redis.start()
    assert client.login().status == 200


def test_redis_that_hangs_is_given_up_in_time(
    client: Client, redis: Server, waited: Callable[..., float]
) -> None:
    redis.signal(signal.SIGSTOP)
    try:
        started = time.monotonic()
        assert client.login().status == 503
        assert time.monotonic() - started < 2.5
    finally:
        redis.signal(signal.SIGCONT)
    recovery(client, waited)


def test_the_report_is_always_slow_and_always_logged(
    client: Client, postgres: Server, waited: Callable[..., float], figure: Callable[[str], None]
) -> None:
    before = postgres.log_text().count("FROM audit_report()")
    waited(
        "a slow report in PostgreSQL's log", lambda: postgres.log_text().count("FROM audit_report()") > before
    )
    line = next(line for line in reversed(postgres.log_text().splitlines()) if "audit_report" in line)
    figure(f"{line}")
    milliseconds = float(line.split("duration: ")[1].split(" ms")[0])
    assert 250 < milliseconds < 1500
    assert " auth1 LOG:" in line
    assert client.login().status == 200


def children(server: Server) -> list[psutil.Process]:
    return psutil.Process(server.pid).children()


def stop(process: psutil.Process) -> bool:
    process.send_signal(signal.SIGSTOP)
    return True
