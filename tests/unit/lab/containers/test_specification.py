"""What a container is made of, as data: no engine is needed to see its walls."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from game.lab.containers.provision import CHECK, NEEDS, image, mounts
from game.lab.containers.specification import (
    Bounds,
    Mount,
    Ownership,
    Specification,
    container_body,
    network_body,
)
from game.lab.runtime.child import Command

ROOT = Path("/home/runs/r1")
OWNER = Ownership(run="r1", start_ms=1_700_000_000_000)


def body(**changed: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        "service": "redis",
        "image": "danceoff/redis",
        "arguments": ("redis-server", "/home/runs/r1/redis/redis.conf"),
        "directory": ROOT / "redis",
        "user": "65534:65534",
        "network": "container:abc",
        "mounts": (Mount(path=ROOT / "redis", writable=True), Mount(path=ROOT / "live")),
        "bounds": Bounds(memory_mb=128, pids=16),
        "owner": OWNER,
        "log": ROOT / "logs" / "redis.log",
    }
    return container_body(Specification(**{**given, **changed}), lambda path: f"/engine{path}")


def test_every_container_has_the_same_walls() -> None:
    host = body()["HostConfig"]
    assert host["CapDrop"] == ["ALL"]
    assert host["SecurityOpt"] == ["no-new-privileges"]
    assert host["ReadonlyRootfs"] is True
    assert host["Init"] is True
    assert host["PidsLimit"] == 16
    assert host["Memory"] == host["MemorySwap"] == 128 * 2**20
    assert not {"Privileged", "PortBindings", "PublishAllPorts", "Binds", "CapAdd", "PidMode"} & host.keys()


def test_mounts_have_the_same_path_inside_and_the_engines_path_outside() -> None:
    first, second = body()["HostConfig"]["Mounts"]
    assert (first["Source"], first["Target"], first["ReadOnly"]) == (
        "/engine/home/runs/r1/redis",
        "/home/runs/r1/redis",
        False,
    )
    assert second["ReadOnly"] is True


def test_it_is_labelled_with_run_start_and_service() -> None:
    assert body()["Labels"] == {
        "danceoff.run": "r1",
        "danceoff.start": "1700000000000",
        "danceoff.service": "redis",
    }


def test_what_it_prints_goes_to_its_log_or_into_pipes() -> None:
    quiet = body()["Cmd"]
    assert quiet[-2:] == ["redis-server", "/home/runs/r1/redis/redis.conf"]
    assert quiet[4] == "/home/runs/r1/logs/redis.log"
    talking = body(pipes=ROOT / "pipes" / "redis-1")["Cmd"]
    assert talking[4:6] == ["/home/runs/r1/logs/redis.log", "/home/runs/r1/pipes/redis-1"]
    assert '"$pipes/in"' in talking[2]


def test_a_teams_network_leads_nowhere() -> None:
    network = network_body("danceoff-r1", "10.213.0.8/29", OWNER)
    assert network["Internal"] is True
    options = network["Options"]
    assert isinstance(options, dict)
    assert options["com.docker.network.bridge.inhibit_ipv4"] == "true"


def command(service: str) -> Command:
    return Command(
        service=service, arguments=("x",), directory=ROOT / service, log=ROOT / "logs" / f"{service}.log"
    )


@pytest.mark.parametrize("service", sorted(NEEDS))
def test_nobody_sees_the_whole_run_or_anybody_elses_keys(service: str) -> None:
    seen = {mount.path: mount.writable for mount in mounts(command(service), ROOT, ("auth1",))}
    assert ROOT not in seen
    assert ROOT / "private" not in seen
    assert ROOT / "private" / "signing.key" not in seen
    assert ROOT / "logs" not in seen
    if service != "auth-service":
        private = {path.name for path in seen if path.is_relative_to(ROOT / "private")}
        assert private == ({"passwd"} if service == "initdb" else set())


def test_who_checks_a_configuration_sees_nothing_else_and_writes_only_its_log() -> None:
    seen = mounts(command(CHECK), ROOT, ())
    assert [mount.path.name for mount in seen if mount.writable] == ["check.log"]
    assert [mount.path.name for mount in seen if not mount.writable] == ["checks"]


def test_haproxys_image_is_a_setting() -> None:
    assert image("haproxy", {}) == "danceoff/haproxy"
    assert image("haproxy", {"DANCEOFF_HAPROXY_IMAGE": "haproxy:3.0"}) == "haproxy:3.0"
    assert image("redis", {"DANCEOFF_HAPROXY_IMAGE": "haproxy:3.0"}) == "danceoff/redis"
