"""The stack on a node of a Docker Swarm: three services a team on one node, a network of the team's own, a door for the game."""

from __future__ import annotations

import fcntl
import json
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cattrs

from game.errors import DanceoffError, EngineSilent, GroundLost, UsageError
from game.lab.containers.leftovers import remove_leftovers
from game.lab.containers.pod import now_ms
from game.lab.containers.provision import image
from game.lab.containers.specification import PREFIX, RUN_LABEL, START_LABEL, Bounds
from game.lab.register import ENGINE
from game.lab.runtime.protocol import ServiceState, Step
from game.lab.runtime.stack_runtime import LOG_ENDPOINT, StackRuntime
from game.lab.swarm import wire
from game.lab.swarm.carried import Carried
from game.lab.swarm.checker import RemoteChecker
from game.lab.swarm.cluster import KIND_LABEL, NODE_LABEL, STACK, Cluster, Task
from game.lab.swarm.gate import Gate, To
from game.lab.swarm.load import RemoteLoad
from game.lab.swarm.mirror import Mirror
from game.lab.swarm.placement import Node, Weight, choose
from game.lab.swarm.tokens import Keys, fresh_keys

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from game.core.stack import Stack
    from game.lab.home import Home
    from game.lab.places import Place
    from game.lab.runtime.daemon import Settings
    from game.lab.runtime.protocol import ServiceAction
    from game.lab.unprivileged import Unprivileged

IMAGE = "cluster"
HOME = "/var/lib/danceoff"
DOOR, LOAD = "door", "load"
UNSEEN = ("haproxy.peers", LOG_ENDPOINT)
DATAGRAMS = ("resolver.dns",)
WEIGHT = Weight(cores=0.45, memory_mb=420)
STEP_WITHIN_S = 60.0
LOOK_WITHIN_S = 3.0
OPEN_WITHIN_S = 30.0
# Longer than the manager takes to tell a dead node from a slow one.
BACK_WITHIN_S = 60.0
LOOK_EVERY_S = 0.5
STEP_S = 0.1
TASKS: tuple[To, ...] = ("stack", "load")
PYTHON = ("python3", "-P", "-m")


@dataclass(slots=True, kw_only=True)
class There:
    """What one run has on the cluster."""

    node: Node
    gate: Gate
    carried: Carried
    mirror: Mirror


class SwarmRuntime(StackRuntime):
    """What is done to the stack is done by an agent in its task; what others see of it here is a mirror."""

    def __init__(self, stack: Stack, home: Home, run_id: str) -> None:
        super().__init__(stack, home, run_id)
        self._run = run_id
        self._cluster: Cluster | None = None
        self._there: There | None = None
        self._states: tuple[ServiceState, ...] = ()

    @property
    def cluster(self) -> Cluster:
        if self._cluster is None:
            self._cluster = Cluster()
        return self._cluster

    @property
    def there(self) -> There:
        """What was made on the cluster by `prepare`."""
        if self._there is None:
            raise AssertionError("prepare was not called")
        return self._there

    def require(self) -> None:
        """Raise what is missing: an engine that manages a cluster, the image."""
        self._require()

    def _require(self) -> None:
        self.cluster.nodes()
        self.cluster.image_id(image(IMAGE))

    def versions(self) -> tuple[tuple[str, str], ...]:
        return (("engine", self.cluster.version()), (IMAGE, self.cluster.image_id(image(IMAGE))[7:19]))

    def is_free(self, address: str) -> bool:
        """Tell whether HAProxy could listen there: in its task, every other server has the ports allocated to it."""
        port = address.rpartition(":")[2]
        return port not in {
            str(one.port) for one in self.prepare().endpoints if not one.name.startswith("haproxy.")
        }

    def checker(self) -> RemoteChecker:
        return RemoteChecker(self.there.gate)

    def load(self, log: Path) -> RemoteLoad:
        return RemoteLoad(self.there.gate, self.prepare(), HOME, log)

    def up(self, progress: Callable[[Step], None]) -> None:
        there = self.there
        there.carried.carry()
        for told in there.gate.ask("stack", "up", STEP_WITHIN_S):
            progress(Step(what=str(told["step"]), took_ms=int(told["took_ms"])))
        self.states()

    def act(self, service: str, action: ServiceAction, settings: Settings = ()) -> None:
        """Have the agent do it. A node that is away is waited for; GroundLost when it is gone for good."""
        there = self.there
        deadline = time.monotonic() + BACK_WITHIN_S
        while True:
            try:
                there.carried.carry()
                there.gate.call(
                    "stack", "act", STEP_WITHIN_S, service=service, action=action, settings=settings
                )
            except EngineSilent as error:
                lost = self._lost(there)
                if not lost and time.monotonic() > deadline:
                    lost = f"the node {there.node.address} did not come back within {BACK_WITHIN_S:.0f} s"
                if lost or self._there is None:
                    raise GroundLost(
                        lost or "the run is being taken down", hint="the runs on other nodes go on"
                    ) from error
            else:
                return
            time.sleep(LOOK_EVERY_S)  # the polling step: a node that is away cannot wake anybody

    def states(self) -> tuple[ServiceState, ...]:
        there = self._there
        if there is None:
            return ()
        try:
            answer = there.gate.call("stack", "states", LOOK_WITHIN_S)
            self._states = tuple(ServiceState(**one) for one in answer["states"])
        except UsageError:
            return ()
        except EngineSilent:
            # Nothing is known of servers whose node does not answer: they count as gone.
            return tuple(
                ServiceState(service=one.service, running=False, pid=0, restarts=one.restarts)
                for one in self._states
            )
        return self._states

    def trouble(self) -> str:
        there = self._there
        if there is None or not there.mirror.silent:
            return ""
        return self._lost(there) or f"the node at {there.gate.host} does not answer"

    def _lost(self, there: There) -> str:
        """Say that the node, or the task on it, is gone for good; empty when it may come back."""
        node = there.node
        try:
            if not self.cluster.node_ready(node.name):
                return f"the node {node.address or node.name} of the cluster is gone"
            if not self.cluster.task_runs(self._name(STACK)):
                return f"the stack's task on the node {node.address or node.name} has ended"
        except DanceoffError:
            return ""
        return ""

    def _make_ready(self, place: Place, account: Unprivileged | None) -> None:
        del account
        # From here on the reaper knows that there is something on the cluster to be removed.
        (place.root / ENGINE).write_text(
            json.dumps({"address": self.cluster.where, "run": self._run, "swarm": True}) + "\n"
        )
        keys = fresh_keys()
        node, services = self._start(keys)
        there = {kind: self.cluster.wait_for(one, f"the task {kind}") for kind, one in services.items()}
        gate = Gate(there[DOOR].address, there[DOOR].port, keys.authority, keys.tokens)
        _wait_until_open(gate)
        carried = Carried(gate, place.root)
        mirror = Mirror(gate, place, place.endpoint(LOG_ENDPOINT), carried.carry)
        self._there = There(node=node, gate=gate, carried=carried, mirror=mirror)
        endpoints = [{"name": one.name, "host": one.host, "port": one.port} for one in place.endpoints]
        stack = cattrs.unstructure(self._stack)
        gate.call("stack", "prepare", STEP_WITHIN_S, stack=stack, run=self._run, endpoints=endpoints)
        mirror.start(
            tuple(one for one in place.endpoints if one.name not in (*UNSEEN, *DATAGRAMS)),
            tuple(one for one in place.endpoints if one.name in DATAGRAMS),
        )

    def _start(self, keys: Keys) -> tuple[Node, dict[str, str]]:
        """Choose a node and start the three services there; returns their ids by kind."""
        tokens = keys.tokens
        secrets: dict[str, wire.Message] = {
            DOOR: {"token": tokens.door, "certificate": keys.certificate},
            STACK: {"token": tokens.stack},
            LOAD: {"token": tokens.load, "stack": tokens.stack},
        }
        with self._alone():
            node = choose(self.cluster.nodes(), self.cluster.stacks(), WEIGHT)
            network = self.cluster.create_network(f"{PREFIX}-{self._run}", self._labels(node, "network"))
            services = {}
            for kind in (STACK, DOOR, LOAD):
                labels = self._labels(node, kind)
                secret = self.cluster.create_secret(self._name(kind), secrets[kind], labels)
                services[kind] = self.cluster.start(self._task(kind, node, network, secret))
        return node, services

    def _task(self, kind: str, node: Node, network: str, secret: str) -> Task:
        load_cores = float(self._stack.load_workers)
        programs = {
            STACK: ((*PYTHON, "game.lab.swarm.agent", HOME), Bounds(memory_mb=1536, pids=800), 2.0, 512, 0),
            DOOR: ((*PYTHON, "game.lab.swarm.door"), Bounds(memory_mb=96, pids=16), 1.0, 4, wire.DOOR_PORT),
            LOAD: (
                (*PYTHON, "game.lab.swarm.porter", HOME),
                Bounds(memory_mb=384, pids=48),
                load_cores,
                16,
                0,
            ),
        }
        arguments, bounds, cores, home_mb, port = programs[kind]
        return Task(
            name=self._name(kind),
            # By its content: no node then asks a registry for it, and all have the same.
            image=self.cluster.image_id(image(IMAGE)),
            arguments=arguments,
            bounds=bounds,
            cores=min(cores, node.cores),
            home=HOME,
            home_mb=home_mb,
            node=node.name,
            network=network,
            secret=secret,
            labels=self._labels(node, kind),
            port=port,
        )

    def _labels(self, node: Node, kind: str) -> dict[str, str]:
        return {
            RUN_LABEL: self._run,
            START_LABEL: str(now_ms()),
            KIND_LABEL: kind,
            NODE_LABEL: node.name,
        }

    def _name(self, kind: str) -> str:
        return f"{PREFIX}-{self._run}-{kind}"

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Of all games of this machine, one chooses a node at a time."""
        with (self._home.cache / "placement.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _end(self) -> None:
        """Remove everything of the run by its label."""
        there, self._there = self._there, None
        if there is not None:
            there.mirror.stop()
        with suppress(EngineSilent):
            # Whoever clears the run's folder next finds that out as well, and says so.
            remove_leftovers(self._root)


def _wait_until_open(gate: Gate) -> None:
    """Tasks run before what is in them listens."""
    deadline = time.monotonic() + OPEN_WITHIN_S
    for to in TASKS:
        while True:
            try:
                gate.call(to, "clock", LOOK_WITHIN_S)
                break
            except EngineSilent:
                if time.monotonic() > deadline:
                    raise
                time.sleep(STEP_S)  # the polling step: a port that nobody listens on cannot wake anybody
