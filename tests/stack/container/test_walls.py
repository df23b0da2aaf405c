"""What keeps each container in, as the engine itself tells it, and what each team's network is."""

# ruff: noqa: T201 - what was found is there to be printed

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network
from typing import TYPE_CHECKING

import pytest

from tests.stack.container.looking import inspected, networks, reaches, read, routes

if TYPE_CHECKING:
    from collections.abc import Callable

    from game.lab.containers.engine import Engine
    from tests.stack.runtime.contract import Made

pytestmark = pytest.mark.stack

SERVICES = {"door", "haproxy", "postgres", "redis", "toxiproxy", "auth-service"}


def test_every_container_is_walled_in(make: Callable[[], Made], engine: Engine) -> None:
    made = make().up()
    found = inspected(engine, made.place.root.name)
    assert found.keys() >= SERVICES
    for service, one in found.items():
        host, config = one["HostConfig"], one["Config"]
        uid = config["User"].split(":")[0]
        assert uid.isdigit(), service
        assert uid != "0", service
        assert host["CapDrop"] == ["ALL"], service
        assert not host["CapAdd"], service
        assert host["SecurityOpt"] == ["no-new-privileges"], service
        assert host["ReadonlyRootfs"] is True, service
        assert host["Privileged"] is False, service
        assert host["Init"] is True, service
        assert 0 < host["PidsLimit"] <= 400, service
        assert 0 < host["Memory"] <= 768 * 2**20, service
        assert not host["PortBindings"], service
        assert not [mount for mount in one["Mounts"] if mount["Destination"].endswith("docker.sock")], service
        assert not [mount for mount in one["Mounts"] if mount["Source"] == str(made.place.root)], service
        assert config["Labels"]["danceoff.run"] == made.place.root.name
        assert config["Labels"]["danceoff.start"].isdigit()
        status = read(engine, one["Id"], "/proc/self/status")
        facts = dict(line.split(":", 1) for line in status.splitlines())
        assert facts["CapEff"].strip() == "0000000000000000", service
        assert facts["NoNewPrivs"].strip() == "1", service
        print(
            f"{service}: user {config['User']}, capabilities none, root read-only, {host['Memory'] >> 20} MB, "
            f"{host['PidsLimit']} processes, network {host['NetworkMode'][:22]}"
        )


def test_a_team_has_one_network_and_it_leads_nowhere(make: Callable[[], Made], engine: Engine) -> None:
    made = make().up()
    run = made.place.root.name
    mine = networks(engine, run)
    assert len(mine) == 1
    assert mine[0]["Internal"] is True
    found = inspected(engine, run)
    door = found["door"]["Id"]
    assert set(mine[0]["Containers"]) == {door}
    for service in SERVICES - {"door"}:
        assert found[service]["HostConfig"]["NetworkMode"] == f"container:{door}", service
    # The engine gives every container a gateway; that of this network is an address that nobody has.
    seen = routes(engine, door)
    gateways = {gateway for _, _, gateway in seen} - {"0.0.0.0"}
    subnet = IPv4Network(mine[0]["IPAM"]["Config"][0]["Subnet"])
    own = {end["IPv4Address"].split("/")[0] for end in mine[0]["Containers"].values()}
    print(f"internal network {subnet}; routes: {seen}")
    assert {interface for interface, _, _ in seen} == {"eth0"}
    assert all(IPv4Address(gateway) in subnet for gateway in gateways)
    assert not gateways & own
    for gateway in gateways:
        assert not reaches(engine, found["haproxy"]["Id"], gateway, 22)
    neighbours = [line.split() for line in read(engine, door, "/proc/net/arp").splitlines()[1:]]
    print("neighbours:", [(one[0], one[3]) for one in neighbours])
    assert all(one[3] == "00:00:00:00:00:00" for one in neighbours), "nobody answers for any address"


def test_nothing_is_left_of_a_run_that_was_taken_down(make: Callable[[], Made], engine: Engine) -> None:
    made = make().up()
    made.runtime.down()
    run = made.place.root.name
    assert engine.containers(run) == ()
    assert networks(engine, run) == []
    assert (made.place.logs / "haproxy.log").is_file()
    assert not [name for name in ("door", "pipes", "checks", "private") if (made.place.root / name).exists()]
