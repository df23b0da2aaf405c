"""Looks at containers from outside, as `docker inspect` shows them, and from inside, as whoever is in there sees."""

from __future__ import annotations

from ipaddress import IPv4Address
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docker import APIClient

from game.lab.containers.specification import RUN_LABEL, SERVICE_LABEL

if TYPE_CHECKING:
    from game.lab.containers.engine import Engine

TRY_S = 2


def inspected(engine: Engine, run: str) -> dict[str, dict[str, Any]]:
    """What the engine says of each of a run's containers, by service."""
    client = APIClient(base_url=engine.where, version="1.41", timeout=20)
    try:
        found = [client.inspect_container(one) for one in engine.containers(run)]
    finally:
        client.close()
    return {one["Config"]["Labels"][SERVICE_LABEL]: one for one in found}


def networks(engine: Engine, run: str) -> list[dict[str, Any]]:
    client = APIClient(base_url=engine.where, version="1.41", timeout=20)
    try:
        listed = client.networks(filters={"label": f"{RUN_LABEL}={run}"})
        return [client.inspect_network(one["Id"]) for one in listed]
    finally:
        client.close()


def reaches(engine: Engine, container: str, host: str, port: int) -> bool:
    """Tell whether a TCP connection can be opened from inside a container."""
    words = f"timeout {TRY_S} bash -c 'exec 3<>/dev/tcp/{host}/{port}'"
    code, _ = engine.execute(container, ("/bin/sh", "-c", words), Path("/"), 1000)
    return code == 0


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
