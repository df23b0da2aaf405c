"""What a team's containers share: one network of their own, and one network stack, held by the container of the door.

Servers listen on 127.0.0.1 in there, on the same ports that the game sees: every configuration, patch and command of an
exercise means the same as with processes. The containers of other teams are in other network stacks.
"""

from __future__ import annotations

import secrets
import threading
import time
from dataclasses import dataclass
from ipaddress import IPv4Network
from pathlib import Path
from typing import TYPE_CHECKING

from game.errors import ServiceFailed
from game.lab.containers.program import ContainerProgram
from game.lab.containers.provision import DOOR, DOOR_FOLDER, NEEDS, image, mounts
from game.lab.containers.specification import PREFIX, Mount, Specification, container_body, network_body
from game.lab.register import register
from game.lab.runtime.child import Command
from game.lab.runtime.waiting import until

if TYPE_CHECKING:
    from game.lab.containers.engine import Engine, Started
    from game.lab.containers.outside import Outside
    from game.lab.containers.pipes import Pipes
    from game.lab.containers.specification import Ownership
    from game.lab.containers.watch import Watch

# The engine's own pools end at some thirty networks; these are small, and there are thousands of them.
POOL = IPv4Network("10.213.0.0/16")
SIZE = 29
ATTEMPTS = 20
READY_WITHIN_S = 15.0
PROGRAM = ("python3", "-I", "/opt/danceoff/door.py")


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """What every container of a run is started with: where its files lie, as whom, by which engine, and who hears of its end."""

    root: Path
    owner: Ownership
    user: str
    engine: Engine
    watch: Watch
    replicas: tuple[str, ...]

    def start(
        self, command: Command, network: str, number: int, pipes: Pipes | None = None
    ) -> ContainerProgram:
        """Start a container for a command; its log is there before."""
        need = NEEDS[command.service]
        specification = Specification(
            service=command.service,
            image=image(need.image),
            arguments=command.arguments,
            directory=command.directory,
            user=self.user,
            network=network,
            mounts=(*mounts(command, self.root, self.replicas), *_of(pipes)),
            bounds=need.bounds,
            owner=self.owner,
            log=command.log,
            pipes=pipes.folder if pipes else None,
            environment=command.environment,
            stop_signal=command.stop_signal.name,
        )
        name = f"{PREFIX}-{self.owner.run}-{command.service}-{number}"
        started = self.engine.start(name, container_body(specification, self.engine.source))
        if is_seen(started):
            # So its processes are ended, and weighed, like any others, whatever became of the engine.
            register(self.root, started.pid, command.service)
        program = ContainerProgram(command, started, self.engine, self.watch, pipes)
        if pipes is not None:
            pipes.open()
        return program


class Pod:
    """The network and the door of one run; `door` brings both up when they are not."""

    def __init__(self, crew: Crew, outside: Outside, log_port: int) -> None:
        self._crew = crew
        self._outside = outside
        self._log_port = log_port
        self._door: ContainerProgram | None = None
        self._named = ""
        self._starts = 0
        self._closed = False
        self._lock = threading.Lock()

    def door(self) -> ContainerProgram:
        """Return the container whose network others join; one that died is replaced, and whatever was behind it is started anew by others."""
        with self._lock:
            if self._closed:
                raise ServiceFailed("no container is started, the run is being taken down")
            if self._door is None or not self._door.running:
                self._open_door()
            if self._door is None:
                raise AssertionError("it was opened just now")
            return self._door

    def close(self) -> None:
        """Start no door from now on; one that is being started is there when this returns."""
        self._closed = True
        with self._lock:
            return

    def _open_door(self) -> None:
        if not self._named:
            self._named = self._made_network()
        if self._door is not None:
            self._door.kill()
        self._starts += 1
        root = self._crew.root
        command = Command(
            service=DOOR,
            arguments=(*PROGRAM, str(root / DOOR_FOLDER), str(self._log_port)),
            directory=root / DOOR_FOLDER,
            log=root / "logs" / "door.log",
        )
        door = self._crew.start(command, self._named, self._starts)
        if not until(lambda: self._outside.answers() or not door.running, READY_WITHIN_S) or not door.running:
            raise ServiceFailed(
                f"{DOOR}: it does not open: {door.last_lines()}", hint=f"its log is {command.log}"
            )
        self._outside.renew_ways()
        self._door = door

    def _made_network(self) -> str:
        """Make the team's network in a corner of the pool that nobody has; names of others are never used."""
        name = f"{PREFIX}-{self._crew.owner.run}"
        corners = list(POOL.subnets(new_prefix=SIZE))
        for attempt in range(ATTEMPTS):
            subnet = str(secrets.choice(corners))
            try:
                self._crew.engine.create_network(network_body(name, subnet, self._crew.owner))
            except ServiceFailed as error:
                if "overlap" not in str(error) or attempt == ATTEMPTS - 1:
                    raise
                continue
            return name
        raise ServiceFailed("no room for another network", hint="docker network prune")


def is_seen(started: Started) -> bool:
    """Tell whether the engine's process numbers mean something here: not if the engine or the game is in another machine."""
    try:
        return started.container in Path(f"/proc/{started.pid}/cgroup").read_text()
    except OSError:
        return False


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def _of(pipes: Pipes | None) -> tuple[Mount, ...]:
    return (Mount(path=pipes.folder, writable=True),) if pipes is not None else ()
