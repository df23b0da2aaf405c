"""What a team cannot reach from its HAProxy and its ops container. Nothing is ever sent beyond this machine."""

# ruff: noqa: T201 - what was tried is there to be printed

from __future__ import annotations

import json
import socket
from ipaddress import IPv4Network
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from game.lab.containers.ops import SESSION, open_ops
from tests.stack.container.looking import AT_ONCE, inspected, networks, parts, reached, routes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from game.lab.containers.engine import Engine
    from tests.stack.runtime.contract import Made

pytestmark = pytest.mark.stack


@pytest.fixture
def listener() -> Iterator[int]:
    """Something of this machine's that listens on every address it has."""
    with socket.create_server(("0.0.0.0", 0)) as listening:
        yield listening.getsockname()[1]


def own_addresses() -> list[str]:
    """This machine's own IPv4 addresses, from the kernel's table of local ones."""
    lines = Path("/proc/net/fib_trie").read_text().splitlines()
    found = {
        lines[number - 1].split()[-1]
        for number, line in enumerate(lines)
        if "host LOCAL" in line and not lines[number - 1].split()[-1].startswith("127.")
    }
    return sorted(found)


def test_a_team_reaches_its_own_servers_and_nothing_else(
    make: Callable[[], Made], engine: Engine, listener: int
) -> None:
    first, second = make().up(), make().up()
    (first.place.root / "lb" / ".git").mkdir(parents=True)
    (first.place.root / SESSION).write_text(json.dumps({}))
    run, other = first.place.root.name, second.place.root.name
    ops = open_ops(first.place.root)
    insides = {"haproxy": inspected(engine, run)["haproxy"]["Id"], "ops": ops.container}
    theirs = networks(engine, other)[0]
    their_address = next(iter(theirs["Containers"].values()))["IPv4Address"].split("/")[0]
    # Where the engine would put this machine on a bridge: the first address of its network.
    gateways = [
        str(IPv4Network(network["IPAM"]["Config"][0]["Subnet"])[1])
        for network in (networks(engine, run)[0], theirs)
    ]
    forbidden = [
        *((f"another team's {one.name}", "127.0.0.1", one.port) for one in second.place.endpoints),
        *(
            (f"another team's {one.name}, by its address", their_address, one.port)
            for one in second.place.endpoints
        ),
        ("a port of the game's machine, on loopback", "127.0.0.1", listener),
        *((f"the machine's own address {one}", one, listener) for one in own_addresses()),
        *((f"the host's side of the bridge, {one}", one, listener) for one in gateways),
        ("an engine on its usual port", "127.0.0.1", 2375),
    ]
    for inside, container in insides.items():
        own = ("127.0.0.1", first.place.endpoint("auth1.https").port)
        for some in parts(forbidden, AT_ONCE - 1):
            found = reached(engine, container, [own, *((host, port) for _, host, port in some)])
            assert own in found, "its own servers are within reach"
            assert found == {own}, f"{inside} reaches one of {some}"
        print(
            f"{inside}: reaches auth1 of its own; not: {', '.join(what for what, _, _ in forbidden[-8:])} ..."
        )
        # The engine names a gateway even for an internal network; there, nobody has that address.
        table = routes(engine, container)
        assert {interface for interface, _, _ in table} == {"eth0"}
        assert networks(engine, run)[0]["Internal"] is True
        print(f"{inside}: routes {table}, network internal: {networks(engine, run)[0]['Internal']}")
        code, _ = engine.execute(container, ("test", "-e", "/var/run/docker.sock"), Path("/"), 100)
        assert code != 0, "no engine's socket"
    engine.remove(ops.container)
