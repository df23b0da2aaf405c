"""A real HAProxy that answers as a test says, and a load against it."""

from __future__ import annotations

import socket
import subprocess
import threading
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from game.core.roster import roster
from game.core.stack import Cohort, Objective, Stack
from game.lab.binaries import find_programs, for_account
from game.lab.certificates import make_certificates
from game.lab.load.driver import LoadDriver
from game.lab.load.plan import LoadPlan, Target
from game.lab.unprivileged import unprivileged
from tests.stack.service.servers import free_ports

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from game.core.outcome import LoadBatch, Outcome
    from game.errors import ServiceFailed
    from game.lab.home import Home

DEADLINE_S = 60.0
# What a load tells that could not be sent or answered in time, as happens on a machine that is too busy.
LATE = frozenset({"not-sent", "timeout"})
STEP_S = 0.02

CONFIGURATION = """
global
    maxconn 500
defaults
    mode http
    timeout client 10s
    timeout server 10s
    timeout connect 1s
frontend fe
    bind 127.0.0.1:{port} ssl crt certs/edge.pem crt certs/tenant.pem
{rules}
"""

COHORTS = (
    Cohort(name="web", users=6),
    Cohort(name="mobile", users=2, client="app", user_agent="App", upload_pause_ms=100),
    Cohort(name="bigcookie", users=2, cookie_bytes=9000),
    Cohort(name="tenant", users=2, tenant="acme"),
    Cohort(name="tls12", users=2, tls="1.2"),
)
STACK = Stack(
    name="edge",
    services=(),
    cohorts=COHORTS,
    objective=Objective(success=1.0, p95_ms=1000),
    requests_per_second=40,
)


@dataclass(frozen=True, slots=True)
class Edge:
    process: subprocess.Popen[bytes]
    target: Target

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(DEADLINE_S)


def start_edge(folder: Path, home: Home, rules: str) -> Edge:
    """Start a HAProxy with these lines in its only frontend, as an account that owns nothing."""
    account = unprivileged()
    keys = make_certificates(folder / "live", folder / "private", account)
    port = free_port()
    (folder / "live" / "haproxy.cfg").write_text(CONFIGURATION.format(port=port, rules=rules))
    program = for_account(find_programs(), home, account).path("haproxy")
    with (folder / "haproxy.log").open("wb") as log:
        process = subprocess.Popen(
            [program, "-db", "-f", "haproxy.cfg"],
            cwd=folder / "live",
            stdout=log,
            stderr=log,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )
    await_port(port, process, folder / "haproxy.log")
    target = Target(
        address="127.0.0.1", port=port, ca=str(keys.ca), public_key=keys.verifying_key.read_text()
    )
    return Edge(process, target)


def free_port() -> int:
    """A port that nothing listens on, and that the kernel gives to no outgoing connection."""
    (port,) = free_ports(1)
    return port


def await_port(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except ConnectionRefusedError:
            assert process.poll() is None, f"HAProxy ended: {log.read_text()}"
            assert time.monotonic() < deadline, "HAProxy does not listen"
            time.sleep(STEP_S)  # a polling step inside a wait with a deadline
        else:
            return


@dataclass(slots=True)
class Heard:
    """What a load told, and a way to wait for it."""

    batches: list[LoadBatch] = field(default_factory=list)
    failures: list[ServiceFailed] = field(default_factory=list)
    changed: threading.Condition = field(default_factory=threading.Condition)

    def batch(self, batch: LoadBatch) -> None:
        with self.changed:
            self.batches.append(batch)
            self.changed.notify_all()

    def failure(self, failure: ServiceFailed) -> None:
        with self.changed:
            self.failures.append(failure)
            self.changed.notify_all()

    @property
    def outcomes(self) -> list[Outcome]:
        return [outcome for batch in self.batches for outcome in batch.outcomes]

    def reasons(self, cohort: str = "") -> set[str]:
        return {outcome.reason for outcome in self.outcomes if cohort in {"", outcome.cohort}}

    def wait_for(self, what: str, condition: Callable[[], bool]) -> None:
        with self.changed:
            met = self.changed.wait_for(lambda: condition() or bool(self.failures), DEADLINE_S)
        assert met, f"no {what} within {DEADLINE_S} s"
        assert condition(), f"no {what}: {self.failures}"

    def wait_for_failure(self) -> None:
        with self.changed:
            assert self.changed.wait_for(lambda: bool(self.failures), DEADLINE_S), "no failure was told"


@dataclass(frozen=True, slots=True)
class Loaded:
    driver: LoadDriver
    heard: Heard


def new_load(folder: Path) -> Loaded:
    heard = Heard()
    driver = LoadDriver(on_batch=heard.batch, on_failure=heard.failure, log=folder / "load.log")
    return Loaded(driver, heard)


def plan(target: Target, rate: float = 40.0, stack: Stack = STACK) -> LoadPlan:
    return LoadPlan(
        target=target,
        cohorts=stack.cohorts,
        users=roster(stack, 1),
        seed=1,
        requests_per_second=rate,
        origin_ns=time.monotonic_ns(),
    )


def elsewhere(target: Target, port: int) -> Target:
    return replace(target, port=port)
