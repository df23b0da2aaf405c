"""Looks at containers from outside, as `docker inspect` shows them, and from inside, as whoever is in there sees."""

from __future__ import annotations

from contextlib import suppress
from ipaddress import IPv4Address
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from docker import APIClient
from docker.errors import NotFound

from game.lab.containers.specification import RUN_LABEL, SERVICE_LABEL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from game.lab.containers.engine import Engine

TRY_S = 2
# Containers are bounded in processes, and each try takes some.
AT_ONCE = 8

Address = tuple[str, int]
One = TypeVar("One")


def inspected(engine: Engine, run: str) -> dict[str, dict[str, Any]]:
    """What the engine says of each of a run's containers, by service."""
    client = APIClient(base_url=engine.where, version="1.41", timeout=20)
    try:
        found = still(client.inspect_container, engine.containers(run))
    finally:
        client.close()
    return {one["Config"]["Labels"][SERVICE_LABEL]: one for one in found}


def networks(engine: Engine, run: str) -> list[dict[str, Any]]:
    client = APIClient(base_url=engine.where, version="1.41", timeout=20)
    try:
        listed = client.networks(filters={"label": f"{RUN_LABEL}={run}"})
        return still(client.inspect_network, [one["Id"] for one in listed])
    finally:
        client.close()


def still(inspect: Callable[[str], dict[str, Any]], listed: Iterable[str]) -> list[dict[str, Any]]:
    """What was listed a moment ago and is there."""
    found = []
    for one in listed:
        with suppress(NotFound):
            found.append(inspect(one))
    return found


def reaches(engine: Engine, container: str, host: str, port: int) -> bool:
    """Tell whether a TCP connection can be opened from inside a container."""
    return bool(reached(engine, container, [(host, port)]))


def reached(engine: Engine, container: str, addresses: Sequence[Address]) -> set[Address]:
    """Tell to which of the addresses a TCP connection can be opened from inside a container, several tried at once."""
    found = set()
    for some in parts(addresses, AT_ONCE):
        tries = (
            f"(timeout {TRY_S} bash -c 'exec 3<>/dev/tcp/{host}/{port}' 2>/dev/null && echo {host} {port}) &"
            for host, port in some
        )
        _, output = engine.execute(container, ("/bin/sh", "-c", f"{' '.join(tries)} wait"), Path("/"), 10_000)
        for line in output.decode().splitlines():
            host, port = line.split()
            found.add((host, int(port)))
    return found


def parts(items: Sequence[One], size: int) -> list[Sequence[One]]:
    return [items[begin : begin + size] for begin in range(0, len(items), size)]


def read(engine: Engine, container: str, path: str) -> str:
    """Read a file from inside."""
    _, output = engine.execute(container, ("cat", path), Path("/"), 100_000)
    return output.decode()


def routes(engine: Engine, container: str) -> list[tuple[str, str, str]]:
    """The routes as whoever is inside sees them: interface, destination, gateway."""
    lines = [line.split() for line in read(engine, container, "/proc/net/route").splitlines()[1:]]
    return [(line[0], _address(line[1]), _address(line[2])) for line in lines]


def _address(written: str) -> str:
    """An address as /proc/net/route has it."""
    return str(IPv4Address(int.from_bytes(bytes.fromhex(written), "little")))
