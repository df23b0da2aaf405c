"""The whole stack on a cluster holds what it holds elsewhere, and a team's tasks reach nothing but one another."""

# ruff: noqa: T201 - what was found is there to be printed

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any, cast

import pytest

from game.catalog.stack import load_stack
from game.errors import GroundLost, ServiceFailed
from game.lab.containers.connection import address
from game.lab.containers.leftovers import still_there
from game.lab.data import stacks_dir
from game.lab.lb.master import Master
from game.lab.swarm.cluster import MOST_STARTS, NOT_STARTED, Cluster
from game.lab.swarm.runtime import SwarmRuntime
from tests.stack.load.shared import two_workers
from tests.stack.runtime.contract import RuntimeContract, log_in
from tests.stack.swarm.nodes import run

if TYPE_CHECKING:
    from collections.abc import Callable

    from game.lab.home import Home
    from tests.stack.runtime.contract import Made
    from tests.stack.swarm.nodes import Second

pytestmark = pytest.mark.stack

SILENT_WITHIN_S = 45.0
NEWS_WITHIN_S = 5.0


class TestCluster(RuntimeContract):
    """Everything that any runtime holds."""

    def runtime(self, home: Home, run: str) -> SwarmRuntime:
        return SwarmRuntime(load_stack(stacks_dir() / "auth"), home, run)

    def kill(self, made: Made, service: str) -> None:
        """Process numbers are those of another machine."""
        made.runtime.act(service, "kill")

    def is_gone(self, pid: int) -> bool:
        return pid > 0


def node_of(made: Made) -> str:
    return cast("SwarmRuntime", made.runtime).there.node.name


def containers(made: Made, where: str) -> dict[str, dict[str, Any]]:
    """What an engine says of a run's tasks, by kind."""
    label = f"label=danceoff.run={made.place.root.name}"
    ids = run("docker", "-H", where, "ps", "-q", "--filter", label).split()
    found = json.loads(run("docker", "-H", where, "inspect", *ids)) if ids else []
    return {one["Config"]["Labels"]["danceoff.kind"]: one for one in found}


def test_stacks_are_spread_and_each_team_is_together_and_walled_in(
    make: Callable[[], Made], second: Second
) -> None:
    first, other = make().up(), make().up()
    assert node_of(first) != node_of(other)
    for made in (first, other):
        assert log_in(made.place, 25) == 200
        at = [containers(made, where) for where in (address(), second.where)]
        found = next(one for one in at if one)
        assert found.keys() == {"stack", "door", "load"}, "all on one node"
        assert sum(map(bool, at)) == 1
        for kind, one in found.items():
            host = one["HostConfig"]
            assert host["CapDrop"] == ["ALL"], kind
            assert host["ReadonlyRootfs"] is True, kind
            assert one["Config"]["User"] == "65534:65534", kind
            assert host["Init"] is True, kind
            assert 0 < host["PidsLimit"] <= 800, kind
            assert 0 < host["Memory"] <= 1536 * 2**20, kind
            assert not [mount for mount in one["Mounts"] if "docker.sock" in mount["Destination"]], kind
            networks = set(one["NetworkSettings"]["Networks"])
            team = f"danceoff-{made.place.root.name}"
            assert networks == ({team, "bridge"} if kind == "door" else {team}), kind
            print(f"{kind}: {one['Config']['User']}, {host['Memory'] >> 20} MB, networks {sorted(networks)}")
        where = address() if at[0] else second.where
        for kind in ("stack", "load"):
            routes = run("docker", "-H", where, "exec", found[kind]["Id"], "cat", "/proc/net/route")
            print(f"{kind}: routes {[line.split()[:3] for line in routes.splitlines()[1:]]}")
            assert "00000000" not in [line.split()[1] for line in routes.splitlines()[1:]], "no way out"
        network = json.loads(run("docker", "network", "inspect", f"danceoff-{made.place.root.name}"))[0]
        assert network["Internal"] is True
        assert network["Driver"] == "overlay"


def test_haproxy_is_told_to_reload_and_reads_what_is_here(make: Callable[[], Made]) -> None:
    made = make().up()
    configuration = made.place.live / "haproxy.cfg"
    master = Master(made.place.master_socket)
    before = master.processes()
    configuration.write_text(configuration.read_text() + "\nbackend be_new\n    server one 127.0.0.1:9\n")
    assert master.reload().worked
    assert master.processes().worker != before.worker
    assert "be_new" in master.ask_worker("show stat")
    log = made.place.logs / "haproxy.log"
    deadline = time.monotonic() + NEWS_WITHIN_S
    while not log.is_file():
        assert time.monotonic() < deadline, "the log did not come"
        time.sleep(0.05)


def test_a_load_of_two_workers_is_offered_on_a_node(make: Callable[[], Made]) -> None:
    made = make().up()
    runtime = cast("SwarmRuntime", made.runtime)
    with two_workers(made.place, runtime.certificates, runtime.load) as heard:
        print(f"{len(heard.outcomes)} requests")


def test_nothing_is_left_of_a_run_that_was_taken_down(make: Callable[[], Made]) -> None:
    made = make()
    assert still_there(made.place.root)
    made.runtime.down()
    assert still_there(made.place.root) == ()
    label = f"label=danceoff.run={made.place.root.name}"
    for what in ("service", "secret", "network"):
        assert run("docker", what, "ls", "-q", "--filter", label) == "", what


def test_a_task_that_its_engine_cannot_start_is_tried_again_and_told(
    make: Callable[[], Made], monkeypatch: pytest.MonkeyPatch
) -> None:
    """No container can have a folder there."""
    monkeypatch.setattr("game.lab.swarm.runtime.HOME", "/proc/danceoff")
    starts, start_anew = [], Cluster._start_anew

    def counted(cluster: Cluster, service: str, what: str) -> None:
        starts.append(what)
        start_anew(cluster, service, what)

    monkeypatch.setattr(Cluster, "_start_anew", counted)
    with pytest.raises(ServiceFailed, match=NOT_STARTED):
        make()
    assert starts == ["the task stack"] * (MOST_STARTS - 1)


def test_a_node_that_dies_is_lost_ground(make: Callable[[], Made], second: Second) -> None:
    """The last of these tests: the second node does not come back."""
    stacks = [make().up(), make().up()]
    here = run("docker", "info", "--format", "{{.Swarm.NodeID}}").strip()
    lost = next(made for made in stacks if node_of(made) != here)
    kept = next(made for made in stacks if node_of(made) == here)
    second.kill()
    killed = time.monotonic()
    while "is gone" not in lost.runtime.trouble():
        assert time.monotonic() - killed < SILENT_WITHIN_S, lost.runtime.trouble()
        time.sleep(0.2)
    print(f"after {time.monotonic() - killed:.1f} s: {lost.runtime.trouble()}")
    assert not any(state.running for state in lost.runtime.states())
    with pytest.raises(GroundLost, match="is gone"):
        lost.runtime.act("haproxy", "start")
    assert log_in(kept.place, 25) == 200
    lost.runtime.down()
    assert still_there(lost.place.root) == ()
