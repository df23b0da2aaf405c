"""A Docker Swarm through its manager: nodes, and what a run has on the cluster, all labelled with the run."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from docker.types import (
    ContainerSpec,
    EndpointSpec,
    Mount,
    NetworkAttachmentConfig,
    Placement,
    Resources,
    RestartPolicy,
    SecretReference,
    ServiceMode,
    TaskTemplate,
)

from game.errors import MissingProgram, ServiceFailed
from game.lab.containers.connection import Connection
from game.lab.swarm import wire
from game.lab.swarm.placement import Node

if TYPE_CHECKING:
    from collections.abc import Mapping

    from game.lab.containers.specification import Bounds

KIND_LABEL, NODE_LABEL = "danceoff.kind", "danceoff.node"
STACK = "stack"
UP_WITHIN_S = 60.0
STEP_S = 0.1
# What an engine says that could not start a container. Some reasons pass: a secret's folder that is busy, for one.
NOT_STARTED = "starting container failed"
MOST_STARTS = 3
ENDED = frozenset({"complete", "failed", "rejected", "shutdown", "orphaned", "remove"})
USER = "65534"
HINT = "docker swarm init on this machine, docker swarm join on the others"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One service of one task. `home` is a folder in memory of so many megabytes; `port` is opened on its node, 0: none."""

    name: str
    image: str
    arguments: tuple[str, ...]
    bounds: Bounds
    cores: float
    home: str
    home_mb: int
    node: str
    network: str
    secret: str
    labels: Mapping[str, str]
    port: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """What became of a task: its node's address, and the port on it that leads to the task's own (0: none)."""

    address: str
    port: int


class Cluster(Connection):
    """Asks the manager, which has to be this machine's engine."""

    def nodes(self) -> tuple[Node, ...]:
        """Return every node; MissingProgram when this engine manages no cluster."""
        with self.asking("list the cluster's nodes"):
            info = self.api.info()
            if not info.get("Swarm", {}).get("ControlAvailable"):
                raise MissingProgram(f"the engine at {self.where} manages no cluster", hint=HINT)
            return tuple(_node(one) for one in self.api.nodes())

    def stacks(self) -> tuple[str, ...]:
        """Return the node's name for every stack that is there."""
        with self.asking("list the cluster's stacks"):
            found = self.api.services(filters={"label": f"{KIND_LABEL}={STACK}"})  # type: ignore[no-untyped-call] # the stubs leave it out
        return tuple(str(one["Spec"]["Labels"].get(NODE_LABEL, "")) for one in found)

    def create_network(self, name: str, labels: Mapping[str, str]) -> str:
        """Make a team's network over all nodes, which leads nowhere else."""
        with self.asking("create a network"):
            return str(
                self.api.create_network(
                    name, driver="overlay", internal=True, labels=dict(labels), check_duplicate=True
                )["Id"]
            )

    def create_secret(self, name: str, content: wire.Message, labels: Mapping[str, str]) -> str:
        with self.asking("create a secret"):
            made = self.api.create_secret(name, json.dumps(content).encode(), labels=dict(labels))
            return str(made["ID"])

    def start(self, task: Task) -> str:
        """Start a service of one task; returns its id at once."""
        specification = ContainerSpec(
            task.image,
            command=list(task.arguments),
            env={"LC_ALL": "C.UTF-8", "HOME": task.home},
            user=f"{USER}:{USER}",
            labels=dict(task.labels),
            mounts=[_memory(task.home, task.home_mb), _memory("/tmp", 16)],  # noqa: S108 - inside, and its own
            secrets=[
                SecretReference(
                    task.secret,
                    task.name,
                    filename=wire.SECRET.rpartition("/")[2],
                    uid=USER,
                    gid=USER,
                    mode=0o400,
                )
            ],
            read_only=True,
            init=True,
            cap_drop=["ALL"],
            stop_grace_period=1_000_000_000,
        )
        resources = Resources(
            mem_limit=task.bounds.memory_mb * 2**20,
            cpu_reservation=0,
            cpu_limit=int(task.cores * 1e9),
        )
        resources["Limits"]["Pids"] = task.bounds.pids
        template = TaskTemplate(
            specification,
            resources=resources,
            restart_policy=RestartPolicy(condition="none"),
            placement=Placement(constraints=[f"node.id=={task.node}"]),
            networks=[NetworkAttachmentConfig(task.network, aliases=[task.labels[KIND_LABEL]])],
        )
        if task.port:
            # The node's own bridge, for the one port that is opened on it.
            template["Networks"].append(NetworkAttachmentConfig("bridge"))
        ports = [{"Protocol": "tcp", "TargetPort": task.port, "PublishMode": "host"}] if task.port else []
        endpoint = EndpointSpec(mode="dnsrr")
        endpoint["Ports"] = ports
        with self.asking(f"start {task.name}"):
            made = self.api.create_service(  # type: ignore[no-untyped-call] # likewise
                template,
                name=task.name,
                labels=dict(task.labels),
                mode=ServiceMode("replicated", replicas=1),
                endpoint_spec=endpoint,
            )
        return str(made["ID"])

    def wait_for(self, service: str, what: str, within_s: float = UP_WITHIN_S) -> Running:
        """Return when the service's task runs; ServiceFailed when it does not in time, with the engine's words.

        A task that its node's engine could not start is started anew, at most `MOST_STARTS` times in all.
        """
        deadline = time.monotonic() + within_s
        said = "nothing"
        failed: set[str] = set()
        while time.monotonic() < deadline:
            with self.asking(f"look for {what}"):
                tasks = self.api.tasks(filters={"service": service})  # type: ignore[no-untyped-call] # the stubs leave it out
            for task in (one for one in tasks if one["ID"] not in failed):
                status = task["Status"]
                said = f"{status['State']}: {status.get('Err') or status.get('Message', '')}"
                if status["State"] in ENDED:
                    failed.add(str(task["ID"]))
                    if NOT_STARTED not in said or len(failed) == MOST_STARTS:
                        raise ServiceFailed(f"{what} does not run: {said}", hint="is the image on that node?")
                    self._start_anew(service, what)
                ports = status.get("PortStatus", {}).get("Ports", [])
                if status["State"] == "running":
                    return Running(
                        address=self._address(str(task["NodeID"])),
                        port=int(ports[0]["PublishedPort"]) if ports else 0,
                    )
            time.sleep(STEP_S)  # the polling step: the manager tells only who asks
        raise ServiceFailed(f"{what} does not run within {within_s:.0f} s: {said}", hint="docker service ps")

    def _start_anew(self, service: str, what: str) -> None:
        """Have the manager make a new task of a service whose one has ended."""
        with self.asking(f"start {what} anew"):
            found = self.api.inspect_service(service)  # type: ignore[no-untyped-call] # the stubs leave it out
            template = found["Spec"]["TaskTemplate"]
            template["ForceUpdate"] = template.get("ForceUpdate", 0) + 1
            self.api.update_service(
                service, found["Version"]["Index"], task_template=template, fetch_current_spec=True
            )

    def task_runs(self, service: str) -> bool:
        """Whether a service's one task is running, or on its way."""
        with self.asking("look for a task"):
            tasks = self.api.tasks(filters={"service": service})  # type: ignore[no-untyped-call] # the stubs leave it out
        return any(task["Status"]["State"] not in ENDED for task in tasks)

    def node_ready(self, name: str) -> bool:
        return any(node.name == name and node.ready for node in self.nodes())

    def _address(self, node: str) -> str:
        with self.asking("find a node"):
            return _node(self.api.inspect_node(node)).address


def _node(found: dict[str, Any]) -> Node:
    resources = found["Description"]["Resources"]
    manager = str(found.get("ManagerStatus", {}).get("Addr", "")).rpartition(":")[0]
    return Node(
        name=str(found["ID"]),
        # A manager knows itself by the address that it gave to the others.
        address=manager or str(found["Status"].get("Addr", "")),
        cores=int(resources.get("NanoCPUs", 0)) / 1e9,
        memory_mb=int(resources.get("MemoryBytes", 0)) // 2**20,
        ready=found["Status"]["State"] == "ready" and found["Spec"].get("Availability") == "active",
    )


def _memory(target: str, megabytes: int) -> Mount:
    mount = Mount(target, None, type="tmpfs", tmpfs_size=megabytes * 2**20, tmpfs_mode=0o1777)
    mount.pop("Source", None)
    return mount
