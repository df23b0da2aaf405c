"""The journal on PostgreSQL: the wheel's server, as an account without rights, with a database a test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from game.journal import Journal
from tests.stack.service.conftest import connect, make_postgres
from tests.stack.service.servers import open_directory

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.stack.service.servers import Server

NUMBERS = iter(range(1_000_000))


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with open_directory() as root:
        server = make_postgres(root)
        try:
            server.start()
            yield server
        finally:
            server.stop()


@pytest.fixture
def url(server: Server) -> str:
    name = f"journal{next(NUMBERS)}"
    with connect(server.port, "postgres") as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return f"postgresql+psycopg://auth@127.0.0.1:{server.port}/{name}"


@pytest.fixture
def journal(url: str) -> Iterator[Journal]:
    with Journal.open(url) as opened:
        yield opened
