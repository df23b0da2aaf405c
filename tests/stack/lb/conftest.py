"""A small load balancer with one origin behind it, both real HAProxies, without the rest of the stack."""

from __future__ import annotations

import http.client
import os
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from game.lab.binaries import find_programs, for_account
from game.lab.home import Home
from game.lab.lb.apply import Applied, ApplyPath
from game.lab.lb.check import Checker
from game.lab.lb.master import Master
from game.lab.places import Endpoint, Place
from game.lab.ports import reserve
from game.lab.unprivileged import Unprivileged, unprivileged

if TYPE_CHECKING:
    from collections.abc import Iterator

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
        deadline = time.monotonic() + 10
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


@pytest.fixture
def idle() -> Iterator[LoadBalancer]:
    """A laid-out folder with an origin that answers; HAProxy itself is not started."""
    # The path of a unix socket must be short.
    root = Path(tempfile.mkdtemp(prefix="lb-"))
    root.chmod(0o711)
    account = unprivileged()
    block = reserve(3)
    edge, spare, origin = block.ports()
    place = Place(root=root, endpoints=(Endpoint(name="haproxy.edge", host="127.0.0.1", port=edge),))
    for folder in (place.live, place.live / "maps", place.approved, place.logs, place.sockets):
        folder.mkdir()
    if account is not None:
        account.own(place.live, place.live / "maps", place.sockets)
    programs = for_account(find_programs(), _home(root), account)
    balancer = LoadBalancer(
        place=place, haproxy=programs.path("haproxy"), account=account, edge=edge, spare=spare, origin=origin
    )
    try:
        (root / "origin.cfg").write_text(ORIGIN.format(origin=origin).lstrip())
        balancer.start("-f", "origin.cfg", folder=root)
        yield balancer
    finally:
        balancer.stop()
        block.release()
        shutil.rmtree(root, ignore_errors=True)


@pytest.fixture
def serving(idle: LoadBalancer) -> tuple[LoadBalancer, ApplyPath]:
    """A load balancer that serves what was installed first, and its apply path."""
    path = idle.path()
    first = path.install_first(idle.files)
    assert isinstance(first, Applied), first
    idle.serve()
    path.adopt()
    return idle, path


def _home(root: Path) -> Home:
    home = Home(path=root / "home")
    os.makedirs(home.cache, mode=0o711)
    return home
