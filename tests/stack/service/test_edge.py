"""The load balancer's own configuration in front of the replicas."""

from __future__ import annotations

import itertools
import re
import shutil
import signal
import socket
import ssl
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.stack.service.certificates import Certificates
    from tests.stack.service.speaking import Client, Zygote

pytestmark = pytest.mark.stack

LOGINS_IN_TEN_SECONDS = 240
STORM = 1_500
LINE_WITHIN_S = 20.0
REPLICAS = {"auth1": "auth", "auth2": "auth", "auth3": "auth", "auth4": "auth", "legacy": "legacy"}


class Edge:
    """HAProxy's folder, its ports and its log, which arrives as datagrams."""

    def __init__(self, live: Path, program: Path, addresses: dict[str, str], options: dict[str, Any]) -> None:
        self.live = live
        self.addresses = addresses
        self._program = program
        self._options = options
        self.log = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.log.bind(("127.0.0.1", 0))
        self.log.settimeout(LINE_WITHIN_S)
        addresses["game.log"] = f"127.0.0.1:{self.log.getsockname()[1]}"
        text = (live / "haproxy.cfg").read_text()
        (live / "haproxy.cfg").write_text(re.sub("@([a-z0-9.]+)@", lambda found: addresses[found[1]], text))

    def port(self, name: str) -> int:
        return int(self.addresses[name].rpartition(":")[2])

    def check(self) -> str:
        """Say what HAProxy says about the configuration; fails when it does not accept it."""
        found: subprocess.CompletedProcess[str] = subprocess.run(
            [self._program, "-c", "-f", "haproxy.cfg"],
            cwd=self.live,
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
            **self._options,
        )
        assert found.returncode == 0, found.stderr
        return found.stdout + found.stderr

    def serve(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen([self._program, "-f", "haproxy.cfg"], cwd=self.live, **self._options)

    def log_line(self, part: str) -> str:
        for _ in range(200):
            line = self.log.recv(8192).decode()
            if part in line:
                return line
        pytest.fail(f"no line of 200 holds {part!r}")


@pytest.fixture
def edge(
    zygote: Zygote,
    certificates: Certificates,
    haproxy: tuple[Path, Path, dict[str, Any]],
    ports: Callable[[int], list[int]],
) -> Iterator[Edge]:
    root, program, options = haproxy
    live = root / "live"
    shutil.copytree(Path(__file__).parents[3] / "stacks/auth/haproxy", live)
    (live / "certs").mkdir()
    for file in certificates.folder.iterdir():
        shutil.copyfile(file, live / "certs" / file.name)
    for replica, role in REPLICAS.items():
        zygote.start(replica, role)
    addresses = {f"{replica}.https": f"127.0.0.1:{zygote.ports[replica]}" for replica in REPLICAS}
    for name, port in zip(("haproxy.edge", "haproxy.stats", "haproxy.exporter"), ports(3), strict=True):
        addresses[name] = f"127.0.0.1:{port}"
    made = Edge(live, program, addresses, options)
    yield made
    made.log.close()


@pytest.fixture
def serving(edge: Edge, waited: Callable[..., float]) -> Iterator[Edge]:
    process = edge.serve()
    try:
        waited("HAProxy's edge", lambda: listens(edge.port("haproxy.edge")))
        yield edge
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=0.5).close()
    except OSError:
        return False
    return True


def open_client(zygote: Zygote, edge: Edge, host: str = "login.example.test") -> Client:
    client = zygote.client_of(edge.port("haproxy.edge"), host)
    client.headers = {"Host": host, "Origin": f"https://{host}", "CDN-Client-IP": "198.18.0.77"}
    return client


def test_the_configuration_is_accepted_without_a_warning(edge: Edge) -> None:
    said = edge.check()
    assert "WARNING" not in said
    assert "valid" in said


def test_a_login_passes_and_the_session_sticks(zygote: Zygote, serving: Edge) -> None:
    servers = set()
    for number in range(8):
        client = open_client(zygote, serving)
        client.headers["CDN-Client-IP"] = f"198.18.1.{number}"
        login = client.login(nonce=f"n{number}")
        assert login.status == 200
        assert login.headers["strict-transport-security"]
        pairs = [
            each.strip().partition(";")[0].split("=", 1) for each in login.headers["set-cookie"].split(",")
        ]
        cookies = dict(pairs)
        assert cookies.keys() == {"session", "SRVID"}
        servers.add(cookies["SRVID"])
        jar = "; ".join(f"{name}={value}" for name, value in cookies.items())
        for _ in range(6):
            assert client.send("GET", "/session?nonce=n", Cookie=jar).status == 200
        without = [
            client.send("GET", "/session?nonce=n", Cookie=f"session={cookies['session']}").status
            for _ in range(4)
        ]
        assert sorted(without) == [200, 401, 401, 401]
    assert servers == {"a1", "a2", "a3", "a4"}


def test_the_log_names_client_server_cookie_and_request(
    zygote: Zygote, serving: Edge, figure: Callable[[str], None]
) -> None:
    client = open_client(zygote, serving)
    client.headers["CDN-Client-IP"] = "2001:db8::5"
    client.login(User_Agent="ExampleLogin/4.2 (Android 14)", X_Forwarded_For="6.6.6.6", X_Request_ID="mine")
    line = serving.log_line("POST /login")
    figure(f"{line}")
    assert re.search(
        r"2001:db8::5:\d+ \[.*\] fe_auth~ be_auth/auth[1-4] \d+/\d+/\d+/\d+/\d+ 200 \d+ - - --NI "
        r"\d+/\d+/\d+/\d+/0 0/0 \{ExampleLogin/4.2 \(Android 14\)\}",
        line,
    )
    number = re.search(r"be_auth/(auth[1-4])", line)
    request_id = re.search(r" id=([0-9a-f-]{36})", line)
    assert number is not None
    assert request_id is not None
    assert "2001:db8::5 POST /login 200" in zygote.log(number[1])
    assert f"id={request_id[1]}" in zygote.log(number[1])


def test_tenants_have_their_certificate_and_their_accounts(zygote: Zygote, serving: Edge) -> None:
    acme = open_client(zygote, serving, "acme.example.test")
    assert acme.login("carl").status == 200
    assert acme.login("ann").status == 403
    default = open_client(zygote, serving)
    assert default.login("carl").status == 403
    unknown = default.login(Host="else.example.test", Origin="")
    assert (unknown.status, unknown.json()) == (403, {"error": "refused by the load balancer"})
    with pytest.raises(ssl.SSLCertVerificationError):
        zygote.client_of(serving.port("haproxy.edge"), "else.example.test")


def test_inner_routes_and_the_old_service(zygote: Zygote, serving: Edge) -> None:
    client = open_client(zygote, serving)
    assert client.send("GET", "/metrics").status == 403
    assert client.login(X_Canary="yes").status == 500
    assert client.login(X_Canary="no").status == 200


def test_honest_offices_pass_and_storms_do_not(zygote: Zygote, serving: Edge) -> None:
    client = open_client(zygote, serving)
    bad = {"username": "nobody", "password": "wrong", "nonce": "n"}
    office = [client.send("POST", "/login", bad) for _ in range(25)]
    assert {answer.status for answer in office} == {401}
    # The limit is one of rate: how many requests it takes depends on the machine, but never fewer than the limit itself.
    storm = (client.send("POST", "/login", bad) for _ in range(STORM))
    passed = 25 + sum(1 for _ in itertools.takewhile(lambda one: b"from this address" not in one.body, storm))
    assert LOGINS_IN_TEN_SECONDS <= passed < STORM
    client.headers["CDN-Client-IP"] = "198.18.0.78"
    assert client.login().status == 200


def test_large_cookies_and_old_tls_pass(zygote: Zygote, serving: Edge) -> None:
    assert open_client(zygote, serving).login(Cookie="large=" + "c" * 9_000).status == 200
    old = ssl.create_default_context(cafile=serving.live / "certs/ca.pem")
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    with (
        socket.create_connection(("127.0.0.1", serving.port("haproxy.edge"))) as raw,
        old.wrap_socket(raw, server_hostname="login.example.test") as wrapped,
    ):
        assert wrapped.version() == "TLSv1.2"


def test_a_dead_replica_is_taken_out_and_503_is_json(
    zygote: Zygote, serving: Edge, waited: Callable[..., float], figure: Callable[[str], None]
) -> None:
    client = open_client(zygote, serving)
    zygote.stop("auth1")
    assert [client.login(X_Forwarded_For="").status for _ in range(8)] == [200] * 8
    for replica in ("auth2", "auth3", "auth4"):
        zygote.stop(replica)
    waited("the backend to be down", lambda: client.send("GET", "/session?nonce=n").status == 503)
    assert client.login().json() == {"error": "service unavailable"}
    zygote.start("auth2")
    took = waited("logins to work", lambda: client.login().status == 200)
    figure(f"back {took:.2f} s after a replica")


def test_statistics_are_read_only_and_exported(
    zygote: Zygote, serving: Edge, figure: Callable[[str], None]
) -> None:
    stats = zygote.plain_client(serving.port("haproxy.stats"))
    assert "be_auth,auth4" in stats.send("GET", "/;csv").body.decode()
    assert stats.send("POST", "/", b"s=auth1&action=stop&b=be_auth").status == 403
    exporter = zygote.plain_client(serving.port("haproxy.exporter"))
    started = time.monotonic()
    text = exporter.send("GET", "/metrics").body.decode()
    figure(f"exporter: {len(text)} bytes in {(time.monotonic() - started) * 1000:.0f} ms")
    assert 'haproxy_frontend_http_responses_total{proxy="fe_auth",code="5xx"}' in text
    assert 'haproxy_server_status{proxy="be_auth",server="auth1",state="UP"} 1' in text
