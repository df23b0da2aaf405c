"""The container engine of this machine: what a run asks it for."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from docker import APIClient
from docker.errors import APIError
from docker.utils.socket import frames_iter

from game.lab.containers.connection import API_VERSION, TIMEOUT_S, Connection
from game.lab.containers.specification import RUN_LABEL, SERVICE_LABEL

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator
    from pathlib import Path

EVENTS_FOR_S = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """A container that runs: its id, and its first process as the engine's machine numbers it."""

    container: str
    pid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Death:
    """A container ended by itself or was ended: `status` is its exit code, `at_s` when (seconds since 1970)."""

    container: str
    status: int
    at_s: int


class Engine(Connection):
    """One engine: images, containers, networks, and commands that are run inside."""

    def start(self, name: str, body: dict[str, object]) -> Started:
        """Create and start a container; whatever fails, it is not left behind."""
        with self.asking(f"start {name}"):
            made = self.api.create_container_from_config(body, name)["Id"]  # type: ignore[no-untyped-call] # likewise
            try:
                self.api.start(made)
                found = self.api.inspect_container(made)
            except BaseException:
                self.api.remove_container(made, force=True, v=True)
                raise
            return Started(container=made, pid=int(found["State"]["Pid"]))

    def stop(self, container: str, within_s: int) -> None:
        """Ask it to end, then end it; harmless when it is gone."""
        with self.asking("stop a container", gone_is_fine=True):
            self.api.stop(container, timeout=within_s)

    def kill(self, container: str, signal: str) -> None:
        with self.asking("signal a container", gone_is_fine=True):
            self.api.kill(container, signal)

    def pause(self, container: str) -> None:
        with self.asking("pause a container"):
            self.api.pause(container)

    def unpause(self, container: str) -> None:
        """Let it go on; harmless when it is not paused."""
        with self.asking("unpause a container", gone_is_fine=True):
            try:
                self.api.unpause(container)
            except APIError as error:
                if error.status_code not in {500, 409}:
                    raise

    def remove(self, container: str) -> None:
        """End it at once and forget it; harmless when it is gone."""
        with self.asking("remove a container", gone_is_fine=True):
            self.api.remove_container(container, force=True, v=True)

    def running(self, run: str) -> frozenset[str]:
        """Return the ids of a run's running containers."""
        with self.asking("list containers"):
            found = self.api.containers(filters={"label": f"{RUN_LABEL}={run}"}, quiet=True)
        return frozenset(str(one["Id"]) for one in found)

    def containers(self, run: str) -> tuple[str, ...]:
        """Return the ids of all of a run's containers."""
        with self.asking("list containers"):
            found = self.api.containers(filters={"label": f"{RUN_LABEL}={run}"}, quiet=True, all=True)
        return tuple(str(one["Id"]) for one in found)

    def create_network(self, body: dict[str, Any]) -> str:
        """Create a network; ServiceFailed also when its addresses are another's."""
        with self.asking("create a network"):
            answer = self.api.create_network(
                str(body["Name"]),
                driver=str(body["Driver"]),
                options=body["Options"],
                ipam=body["IPAM"],
                check_duplicate=True,
                internal=bool(body["Internal"]),
                labels=body["Labels"],
            )
        return str(answer["Id"])

    def remove_networks(self, run: str) -> None:
        with self.asking("remove networks", gone_is_fine=True):
            for network in self.api.networks(filters={"label": f"{RUN_LABEL}={run}"}):
                self.api.remove_network(network["Id"])

    def execute(
        self, container: str, command: tuple[str, ...], directory: Path, most: int
    ) -> tuple[int, bytes]:
        """Run a command in a container; returns its exit code and at most so many bytes of what it prints."""
        with self.asking(f"run {command[0]} in a container"):
            made = self.api.exec_create(container, list(command), workdir=str(directory))["Id"]
            output = b""
            raw: Any = self.api.exec_start(made, socket=True)
            try:
                for _, part in frames_iter(raw, tty=False):  # type: ignore[no-untyped-call] # it has no types
                    output += part
                    if len(output) > most:
                        break
            finally:
                # The SDK leaves it open, and remembers what it belongs to.
                raw._response.close()  # noqa: SLF001 - see above
            code = self.api.exec_inspect(made)["ExitCode"]
        return (int(code) if code is not None else -1), output[:most]

    def find(self, run: str, service: str) -> str:
        """Return the id of a run's running container of a service; empty when there is none."""
        labels = [f"{RUN_LABEL}={run}", f"{SERVICE_LABEL}={service}"]
        with self.asking("list containers"):
            found = self.api.containers(filters={"label": labels}, quiet=True)
        return str(found[0]["Id"]) if found else ""

    def converse(
        self, container: str, command: tuple[str, ...], directory: Path
    ) -> tuple[str, socket.socket]:
        """Start a command on a terminal of its own; returns its id and the connection to it."""
        with self.asking(f"run {command[0]} in a container"):
            made = self.api.exec_create(
                container, list(command), workdir=str(directory), stdin=True, tty=True
            )["Id"]
            raw: Any = self.api.exec_start(made, socket=True, tty=True)
            # The SDK hands out a wrapper that can only be read.
            connection: socket.socket = raw._sock  # noqa: SLF001 - see above
            connection.settimeout(None)
            return str(made), connection

    def resize(self, command: str, lines: int, columns: int) -> None:
        with self.asking("resize a terminal", gone_is_fine=True):
            self.api.exec_resize(command, height=lines, width=columns)

    def exit_code(self, command: str) -> int:
        with self.asking("tell how a command ended"):
            return int(self.api.exec_inspect(command)["ExitCode"] or 0)

    def deaths(self, run: str, since_s: int) -> Iterator[Death]:
        """Tell of ended containers for some seconds; since when, also of those that ended before this was called."""
        with self.asking("tell what happens"):
            listening = APIClient(base_url=self.where, version=API_VERSION, timeout=EVENTS_FOR_S + TIMEOUT_S)
            try:
                events = listening.events(
                    since=since_s,
                    until=int(time.time()) + EVENTS_FOR_S,
                    filters={"label": f"{RUN_LABEL}={run}", "event": "die", "type": "container"},
                    decode=True,
                )
                try:
                    for event in events:
                        code = event.get("Actor", {}).get("Attributes", {}).get("exitCode", "-1")
                        yield Death(container=str(event["id"]), status=int(code), at_s=int(event["time"]))
                finally:
                    events.close()
            finally:
                listening.close()
