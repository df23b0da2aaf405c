"""What a login and a session check cost a replica, in its own CPU time."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import psutil
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.stack.service.speaking import Answer, Zygote

pytestmark = pytest.mark.stack

REPEATS = 200


def milliseconds(pid: int, what: Callable[[int], Answer]) -> tuple[float, float]:
    """Mean CPU time of the replica and mean wall time per request, in ms."""
    process = psutil.Process(pid)
    before, started = sum(process.cpu_times()[:2]), time.monotonic()
    for number in range(REPEATS):
        assert what(number).status == 200
    wall, cpu = time.monotonic() - started, sum(process.cpu_times()[:2]) - before
    return cpu / REPEATS * 1000, wall / REPEATS * 1000


def test_cpu_of_a_login_and_of_a_session_check(zygote: Zygote, figure: Callable[[str], None]) -> None:
    zygote.start("auth2")
    client = zygote.client("auth2")
    pid = zygote.pids["auth2"]
    session = client.login().headers["set-cookie"].partition(";")[0]
    bearer = f"Bearer {client.login(X_Client='app').json()['access_token']}"
    login = milliseconds(pid, lambda number: client.login(X_Forwarded_For=f"198.18.2.{number}"))
    web = milliseconds(pid, lambda number: client.send("GET", f"/session?nonce=n{number}", Cookie=session))
    app = milliseconds(
        pid, lambda number: client.send("GET", f"/session?nonce=n{number}", Authorization=bearer)
    )
    health = milliseconds(pid, lambda _: client.send("GET", "/healthz"))
    for name, (cpu, wall) in {
        "login": login,
        "session": web,
        "session (app)": app,
        "healthz": health,
    }.items():
        figure(f"{name}: {cpu:.2f} ms CPU, {wall:.2f} ms")
    assert login[0] < 30
    assert web[0] < 10
