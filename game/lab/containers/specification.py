"""What a container is made of, as data, and the one place that turns it into the engine's own words.

Every container of a stack gets the same walls: no capability, no new privileges, a root file system that cannot be written,
bounds on memory, processes and open files, an init that reaps, and a user that is not root. None publishes a port, and none
gets the engine's socket.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PREFIX = "danceoff"
RUN_LABEL = "danceoff.run"
START_LABEL = "danceoff.start"
SERVICE_LABEL = "danceoff.service"
OPEN_FILES = 16_384
TMP = "rw,noexec,nosuid,nodev,size=16m"
SEARCH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

# What it prints goes to its file in the run's logs/, as with processes. One that talks gets two named pipes instead of
# standard input and output: no engine stands between, so that the engine's trouble is not the load's.
QUIET = 'log=$1; shift; exec "$@" </dev/null >>"$log" 2>&1'
TALKING = 'log=$1 pipes=$2; shift 2; exec "$@" <"$pipes/in" >"$pipes/out" 2>>"$log"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Mount:
    """A folder or file of the run, at the same path inside unless another one is given."""

    path: Path
    writable: bool = False
    inside: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What one container may use at most."""

    memory_mb: int
    pids: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ownership:
    """Whose container it is: the run, and when the run's game made it (milliseconds since 1970)."""

    run: str
    start_ms: int

    def labels(self, service: str = "") -> dict[str, str]:
        named = {SERVICE_LABEL: service} if service else {}
        return {RUN_LABEL: self.run, START_LABEL: str(self.start_ms), **named}


@dataclass(frozen=True, slots=True, kw_only=True)
class Specification:
    """One container. `network`: an engine's network, `container:<id>` to share another's, or `none`.

    `user` is `uid:gid`; `pipes` the folder of the named pipes of one that talks.
    """

    service: str
    image: str
    arguments: tuple[str, ...]
    directory: Path
    user: str
    network: str
    mounts: tuple[Mount, ...]
    bounds: Bounds
    owner: Ownership
    log: Path
    pipes: Path | None = None
    environment: tuple[tuple[str, str], ...] = ()
    stop_signal: str = "SIGTERM"

    @property
    def command(self) -> tuple[str, ...]:
        """The whole command, with its output led to where it belongs."""
        if self.pipes is not None:
            return ("/bin/sh", "-c", TALKING, PREFIX, str(self.log), str(self.pipes), *self.arguments)
        return ("/bin/sh", "-c", QUIET, PREFIX, str(self.log), *self.arguments)


def container_body(specification: Specification, source: Callable[[Path], str]) -> dict[str, object]:
    """Word a container as the engine's API wants it; `source` tells a path as the engine's machine knows it."""
    environment = {"PATH": SEARCH, "LC_ALL": "C.UTF-8", **dict(specification.environment)}
    return {
        "Image": specification.image,
        "Entrypoint": [],
        "Cmd": list(specification.command),
        "User": specification.user,
        "WorkingDir": str(specification.directory),
        "Env": [f"{name}={value}" for name, value in environment.items()],
        "Labels": specification.owner.labels(specification.service),
        "StopSignal": specification.stop_signal,
        "Healthcheck": {"Test": ["NONE"]},
        "HostConfig": {
            **walls(specification.bounds),
            "NetworkMode": specification.network,
            "Mounts": [
                {
                    "Type": "bind",
                    "Source": source(mount.path),
                    "Target": str(mount.inside or mount.path),
                    "ReadOnly": not mount.writable,
                }
                for mount in specification.mounts
            ],
        },
    }


def walls(bounds: Bounds) -> dict[str, object]:
    """What keeps any container of a stack in."""
    return {
        "CapDrop": ["ALL"],
        "SecurityOpt": ["no-new-privileges"],
        "ReadonlyRootfs": True,
        "Memory": bounds.memory_mb * 2**20,
        "MemorySwap": bounds.memory_mb * 2**20,
        "PidsLimit": bounds.pids,
        "Init": True,
        "IpcMode": "private",
        "Tmpfs": {"/tmp": TMP},  # noqa: S108 - inside the container, and its own
        "Ulimits": [{"Name": "nofile", "Soft": OPEN_FILES, "Hard": OPEN_FILES}],
        "LogConfig": {"Type": "none", "Config": {}},
        "RestartPolicy": {"Name": "no"},
    }


def network_body(name: str, subnet: str, owner: Ownership) -> dict[str, Any]:
    """Word a team's network: internal, so nothing leads out; its bridge has no address of the host's, so nothing leads there."""
    return {
        "Name": name,
        "CheckDuplicate": True,
        "Driver": "bridge",
        "Internal": True,
        "EnableIPv6": False,
        "IPAM": {"Driver": "default", "Config": [{"Subnet": subnet}]},
        "Options": {
            "com.docker.network.bridge.inhibit_ipv4": "true",
            "com.docker.network.bridge.enable_icc": "false",
        },
        "Labels": owner.labels(),
    }
