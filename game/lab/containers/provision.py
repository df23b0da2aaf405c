"""What each program of a stack is given when it runs in a container: its image, what it may see of the run, its bounds."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from game.lab.containers.specification import Bounds, Mount

if TYPE_CHECKING:
    from collections.abc import Mapping

    from game.lab.runtime.child import Command

PREFIX = "danceoff"
HAPROXY_VARIABLE = "DANCEOFF_HAPROXY_IMAGE"
SERVICE_IMAGE = "service"
DOOR, LOAD, AUTH_SERVICE, CHECK, OPS = "door", "load", "auth-service", "check", "ops"
# Below the run's root: the sockets of the door, folders to check, the named pipes of programs that are talked to.
DOOR_FOLDER, CHECKS_FOLDER, PIPES_FOLDER = "door", "checks", "pipes"
# One line for the servers' user, whose number no image knows.
USERS_FILE = "private/passwd"


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """`reads` and `writes` are paths below the run's root; `at_home`: it may write where it works.

    `named`: its user needs a name, which the image does not know.
    """

    image: str
    bounds: Bounds
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    at_home: bool = False
    named: bool = False


DATABASE = Bounds(memory_mb=256, pids=100)
NEEDS: dict[str, Need] = {
    DOOR: Need(image=SERVICE_IMAGE, bounds=Bounds(memory_mb=96, pids=16), writes=(DOOR_FOLDER,)),
    "haproxy": Need(
        image="haproxy", bounds=Bounds(memory_mb=256, pids=64), reads=("live",), writes=("sock",)
    ),
    CHECK: Need(image="haproxy", bounds=Bounds(memory_mb=640, pids=32), reads=(CHECKS_FOLDER,)),
    "postgres": Need(image="postgres", bounds=DATABASE, writes=("postgres", "sock")),
    "postgres-template": Need(image="postgres", bounds=DATABASE, writes=("sock",), at_home=True),
    "initdb": Need(image="postgres", bounds=DATABASE, at_home=True, named=True),
    "redis": Need(image="redis", bounds=Bounds(memory_mb=128, pids=16), writes=("redis",)),
    "toxiproxy": Need(image="toxiproxy", bounds=Bounds(memory_mb=128, pids=64)),
    "prometheus": Need(
        image="prometheus",
        bounds=Bounds(memory_mb=384, pids=64),
        reads=("live/certs/ca.pem",),
        writes=("prometheus",),
    ),
    AUTH_SERVICE: Need(
        image=SERVICE_IMAGE,
        bounds=Bounds(memory_mb=768, pids=400),
        reads=("private/replica.pem", "private/replica.key"),
    ),
    LOAD: Need(image="load", bounds=Bounds(memory_mb=384, pids=32), reads=("live/certs/ca.pem",)),
    OPS: Need(image="ops", bounds=Bounds(memory_mb=256, pids=100)),
}
IMAGES = ("haproxy", "load", "postgres", "redis", SERVICE_IMAGE, "toxiproxy")
# Without these a stack can be played in as well.
OPTIONAL = ("ops", "prometheus")


def image(name: str, environment: Mapping[str, str] = os.environ) -> str:
    """Return the image of that name; HAProxy's is a setting."""
    chosen = environment.get(HAPROXY_VARIABLE, "") if name == "haproxy" else ""
    return chosen or f"{PREFIX}/{name}"


def mounts(command: Command, root: Path, replicas: tuple[str, ...]) -> tuple[Mount, ...]:
    """Tell what a program sees: what it needs, its own log, and nothing else of the run."""
    need = NEEDS[command.service]
    own = [command.directory] if need.at_home else []
    names = [Mount(path=root / USERS_FILE, inside=Path("/etc/passwd"))] if need.named else []
    logs = [root / "logs" / f"{name}.log" for name in replicas] if command.service == AUTH_SERVICE else []
    writable = [command.log, *logs, *(root / path for path in need.writes), *own]
    return (
        *names,
        *(Mount(path=root / path) for path in need.reads),
        *(Mount(path=path, writable=True) for path in writable),
    )
