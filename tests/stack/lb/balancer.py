"""A small load balancer for tests: a real HAProxy in a folder like a run's, with a second one behind it as origin."""

from __future__ import annotations

import http.client
import subprocess
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from game.lab.lb.apply import ApplyPath
from game.lab.lb.check import Checker
from game.lab.lb.master import Master

if TYPE_CHECKING:
    from pathlib import Path

    from game.lab.places import Place
    from game.lab.unprivileged import Unprivileged

CONFIGURATION = """
global
    maxconn 400
    hard-stop-after 5s
    mworker-max-reloads 3
    noreuseport

defaults
    mode http
    timeout connect 1s
    timeout client 10s
    timeout server 10s
    timeout http-request 3s
    timeout queue 1s
    timeout check 1s

frontend fe_auth
    bind 127.0.0.1:{edge}
    maxconn 200
    http-request set-var(txn.tenant) req.hdr(host),host_only,map(maps/tenants.map,none)
    http-response set-header X-Tenant %[var(txn.tenant)]
    default_backend be_auth

frontend fe_spare
    bind 127.0.0.1:{spare}
    default_backend be_auth

backend be_auth
    balance roundrobin
    cookie SRVID insert indirect nocache
    option httpchk
    http-check send meth GET uri /healthz
    default-server check inter 200ms
    server auth1 127.0.0.1:{origin} cookie a1 maxconn 50
    server auth2 127.0.0.1:{origin} cookie a2 maxconn 50
"""
ORIGIN = """
global
    maxconn 400
defaults
    mode http
    timeout connect 1s
    timeout client 30s
    timeout server 1s
frontend origin
    bind 127.0.0.1:{origin}
    http-request return status 200 content-type text/plain string "well"
"""
ACME = "acme.example.test"
SERVES_WITHIN_S = 30.0


@dataclass(slots=True, kw_only=True)
class LoadBalancer:
    place: Place
    haproxy: Path
    account: Unprivileged | None
    edge: int
    spare: int
    origin: int
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def master(self) -> Master:
        return Master(self.place.master_socket)

    @property
    def checker(self) -> Checker:
        return Checker(self.haproxy, self.account)

    @property
    def files(self) -> dict[str, str]:
        text = CONFIGURATION.format(edge=self.edge, spare=self.spare, origin=self.origin)
        return {
            "haproxy.cfg": text.lstrip(),
            "maps/tenants.map": f"{ACME} acme\nlogin.example.test default\n",
        }

    def path(self) -> ApplyPath:
        return ApplyPath(self.place, self.master, self.checker, self.account)

    def start(self, *arguments: str, folder: Path) -> subprocess.Popen[bytes]:
        with (self.place.logs / "haproxy.log").open("ab") as log:
            process = subprocess.Popen(
                [str(self.haproxy), *arguments],
                cwd=folder,
                env={"LC_ALL": "C"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                user=self.account.uid if self.account else None,
                group=self.account.gid if self.account else None,
                extra_groups=[] if self.account else None,
            )
        self.processes.append(process)
        return process

    def serve(self) -> None:
        live = self.place.live
        socket = f"{self.place.master_socket},mode,600"
        self.start("-W", "-S", socket, "-f", "haproxy.cfg", "-C", str(live), folder=live)
        self.wait()

    def wait(self) -> None:
        deadline = time.monotonic() + SERVES_WITHIN_S
        while True:
            try:
                if self.get()[0] == 200:
                    return
            except OSError:
                pass
            if time.monotonic() > deadline:
                pytest.fail(f"no answer: {(self.place.logs / 'haproxy.log').read_text()[-800:]}")
            time.sleep(0.02)

    def get(self, host: str = ACME) -> tuple[int, str]:
        """Return status and tenant of a request on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.edge, timeout=3)
        try:
            connection.request("GET", "/", headers={"Host": host})
            answer = connection.getresponse()
            answer.read()
            return answer.status, answer.headers.get("X-Tenant", "")
        finally:
            connection.close()

    def stop(self) -> None:
        for process in reversed(self.processes):
            process.terminate()
        for process in self.processes:
            try:
                process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.processes.clear()
