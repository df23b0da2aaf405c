"""The container engine of this machine, through Docker's SDK: every call has a timeout, every failure is one of ours."""

from __future__ import annotations

import os
import socket
import time
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docker import APIClient
from docker.errors import APIError, DockerException, ImageNotFound, NotFound
from docker.utils.socket import frames_iter
from requests import RequestException
from urllib3.exceptions import HTTPError

from game.errors import EngineSilent, MissingProgram, ServiceFailed
from game.lab.containers.specification import RUN_LABEL, SERVICE_LABEL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

DEFAULT = "unix:///var/run/docker.sock"
TIMEOUT_S = 30
LOOK_TIMEOUT_S = 3
EVENTS_FOR_S = 10
CONNECTIONS = 32
STEP_S = 0.25
# What the SDK and what it stands on raise when the other side goes away, be it in the middle of an answer.
SILENT = (DockerException, RequestException, HTTPError, HTTPException, OSError, ValueError)
MARK_OF_A_CONTAINER = Path("/.dockerenv")
HINT = (
    "start it (`systemctl start docker`), join the group `docker`, name another with DOCKER_HOST, "
    "or do without: --runtime process"
)


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


def address(environment: Mapping[str, str] = os.environ) -> str:
    """Tell where the engine is: $DOCKER_HOST, else the usual socket."""
    return environment.get("DOCKER_HOST", "") or DEFAULT


class Engine:
    """One engine. EngineSilent when it does not answer, ServiceFailed when it refuses."""

    def __init__(self, where: str = "") -> None:
        """Take the engine's address; connects to nothing yet. It has to be on this machine: files are shared with it."""
        self.where = where or address()
        if not self.where.startswith("unix://"):
            raise EngineSilent(
                f"the engine at {self.where} is not on this machine's socket: stacks share files with the game",
                hint="DOCKER_HOST=unix:///path/to/docker.sock",
            )
        with self._asking("connect"):
            self._api = APIClient(
                base_url=self.where, version="1.41", timeout=TIMEOUT_S, max_pool_size=CONNECTIONS
            )
        self._mounted: tuple[tuple[str, str], ...] | None = None

    def version(self) -> str:
        """Return the engine's version; EngineSilent when it does not answer."""
        with self._asking("tell its version"):
            quick = APIClient(base_url=self.where, version="1.41", timeout=LOOK_TIMEOUT_S)
            try:
                return str(quick.version(api_version=False)["Version"])
            finally:
                quick.close()

    def answers(self) -> bool:
        try:
            self.version()
        except EngineSilent:
            return False
        return True

    def wait_until_answers(self, within_s: float, unless: Callable[[], bool]) -> None:
        """Return when the engine answers; EngineSilent when it does not come back, or nobody wants to wait any more."""
        deadline = time.monotonic() + within_s
        while not self.answers():
            if unless() or time.monotonic() > deadline:
                raise self._silent(f"it did not come back within {within_s:.0f} s")
            time.sleep(STEP_S)  # the polling step: an engine that is gone cannot wake anybody

    def image_id(self, image: str) -> str:
        """Return what stands for the image's content; MissingProgram when the engine has no such image."""
        with self._asking(f"look for the image {image}"):
            try:
                return str(self._api.inspect_image(image)["Id"])  # type: ignore[no-untyped-call] # the stubs leave it out
            except ImageNotFound as error:
                raise MissingProgram(
                    f"the engine at {self.where} has no image {image}",
                    hint="`make images` builds the stack's; pull any other yourself",
                ) from error

    def start(self, name: str, body: dict[str, object]) -> Started:
        """Create and start a container; whatever fails, it is not left behind."""
        with self._asking(f"start {name}"):
            made = self._api.create_container_from_config(body, name)["Id"]  # type: ignore[no-untyped-call] # likewise
            try:
                self._api.start(made)
                found = self._api.inspect_container(made)
            except BaseException:
                self._api.remove_container(made, force=True, v=True)
                raise
            return Started(container=made, pid=int(found["State"]["Pid"]))

    def stop(self, container: str, within_s: int) -> None:
        """Ask it to end, then end it; harmless when it is gone."""
        with self._asking("stop a container", gone_is_fine=True):
            self._api.stop(container, timeout=within_s)

    def kill(self, container: str, signal: str) -> None:
        with self._asking("signal a container", gone_is_fine=True):
            self._api.kill(container, signal)

    def pause(self, container: str) -> None:
        with self._asking("pause a container"):
            self._api.pause(container)

    def unpause(self, container: str) -> None:
        """Let it go on; harmless when it is not paused."""
        with self._asking("unpause a container", gone_is_fine=True):
            try:
                self._api.unpause(container)
            except APIError as error:
                if error.status_code not in {500, 409}:
                    raise

    def remove(self, container: str) -> None:
        """End it at once and forget it; harmless when it is gone."""
        with self._asking("remove a container", gone_is_fine=True):
            self._api.remove_container(container, force=True, v=True)

    def running(self, run: str) -> frozenset[str]:
        """Return the ids of a run's running containers."""
        with self._asking("list containers"):
            found = self._api.containers(filters={"label": f"{RUN_LABEL}={run}"}, quiet=True)
        return frozenset(str(one["Id"]) for one in found)

    def containers(self, run: str) -> tuple[str, ...]:
        """Return the ids of all of a run's containers."""
        with self._asking("list containers"):
            found = self._api.containers(filters={"label": f"{RUN_LABEL}={run}"}, quiet=True, all=True)
        return tuple(str(one["Id"]) for one in found)

    def create_network(self, body: dict[str, Any]) -> str:
        """Create a network; ServiceFailed also when its addresses are another's."""
        with self._asking("create a network"):
            answer = self._api.create_network(
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
        with self._asking("remove networks", gone_is_fine=True):
            for network in self._api.networks(filters={"label": f"{RUN_LABEL}={run}"}):
                self._api.remove_network(network["Id"])

    def execute(
        self, container: str, command: tuple[str, ...], directory: Path, most: int
    ) -> tuple[int, bytes]:
        """Run a command in a container; returns its exit code and at most so many bytes of what it prints."""
        with self._asking(f"run {command[0]} in a container"):
            made = self._api.exec_create(container, list(command), workdir=str(directory))["Id"]
            output = b""
            raw: Any = self._api.exec_start(made, socket=True)
            try:
                for _, part in frames_iter(raw, tty=False):  # type: ignore[no-untyped-call] # it has no types
                    output += part
                    if len(output) > most:
                        break
            finally:
                # The SDK leaves it open, and remembers what it belongs to.
                raw._response.close()  # noqa: SLF001 - see above
            code = self._api.exec_inspect(made)["ExitCode"]
        return (int(code) if code is not None else -1), output[:most]

    def find(self, run: str, service: str) -> str:
        """Return the id of a run's running container of a service; empty when there is none."""
        labels = [f"{RUN_LABEL}={run}", f"{SERVICE_LABEL}={service}"]
        with self._asking("list containers"):
            found = self._api.containers(filters={"label": labels}, quiet=True)
        return str(found[0]["Id"]) if found else ""

    def converse(
        self, container: str, command: tuple[str, ...], directory: Path
    ) -> tuple[str, socket.socket]:
        """Start a command on a terminal of its own; returns its id and the connection to it."""
        with self._asking(f"run {command[0]} in a container"):
            made = self._api.exec_create(
                container, list(command), workdir=str(directory), stdin=True, tty=True
            )["Id"]
            raw: Any = self._api.exec_start(made, socket=True, tty=True)
            # The SDK hands out a wrapper that can only be read.
            connection: socket.socket = raw._sock  # noqa: SLF001 - see above
            connection.settimeout(None)
            return str(made), connection

    def resize(self, command: str, lines: int, columns: int) -> None:
        with self._asking("resize a terminal", gone_is_fine=True):
            self._api.exec_resize(command, height=lines, width=columns)

    def exit_code(self, command: str) -> int:
        with self._asking("tell how a command ended"):
            return int(self._api.exec_inspect(command)["ExitCode"] or 0)

    def deaths(self, run: str, since_s: int) -> Iterator[Death]:
        """Tell of ended containers for some seconds; since when, also of those that ended before this was called."""
        with self._asking("tell what happens"):
            listening = APIClient(base_url=self.where, version="1.41", timeout=EVENTS_FOR_S + TIMEOUT_S)
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

    def source(self, path: Path) -> str:
        """Tell a path as the engine's machine knows it: the same, unless the game is in a container itself."""
        if self._mounted is None:
            self._mounted = self._own_mounts()
        for inside, outside in self._mounted:
            if path.is_relative_to(inside):
                return str(Path(outside) / path.relative_to(inside))
        return str(path)

    def close(self) -> None:
        self._api.close()

    def _own_mounts(self) -> tuple[tuple[str, str], ...]:
        """Return (path inside, path outside) of the mounts of the container that the game is in, longest first."""
        if not MARK_OF_A_CONTAINER.exists():
            return ()
        with self._asking("describe the game's own container"):
            try:
                found = self._api.inspect_container(socket.gethostname())
            except NotFound:
                return ()
        pairs = [(str(mount["Destination"]), str(mount["Source"])) for mount in found["Mounts"]]
        return tuple(sorted(pairs, key=lambda pair: -len(pair[0])))

    @contextmanager
    def _asking(self, what: str, *, gone_is_fine: bool = False) -> Iterator[None]:
        """Turn whatever the SDK raises into the project's errors."""
        try:
            self._knock()
            yield
        except NotFound as error:
            if not gone_is_fine:
                raise ServiceFailed(f"the engine cannot {what}: {error.explanation}") from error
        except APIError as error:
            if gone_is_fine and error.status_code in {304, 404, 409}:
                return
            raise ServiceFailed(f"the engine refuses to {what}: {error.explanation or error}") from error
        except SILENT as error:
            raise self._silent(f"asked to {what}: {_cause(error)}") from error

    def _knock(self) -> None:
        """See that somebody listens: the SDK leaves a socket open for each connection that is refused."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as knocking:
            knocking.settimeout(LOOK_TIMEOUT_S)
            knocking.connect(self.where.removeprefix("unix://"))

    def _silent(self, how: str) -> EngineSilent:
        return EngineSilent(f"no container engine answers at {self.where} ({how})", hint=HINT)


def _cause(error: BaseException) -> str:
    """The innermost words: the SDK wraps them several times."""
    while (inner := error.__cause__ or error.__context__) is not None:
        error = inner
    return str(error) or type(error).__name__
