"""The way to a container engine, through Docker's SDK: every call has a timeout, every failure is one of ours."""

from __future__ import annotations

import os
import socket
import time
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path
from typing import TYPE_CHECKING

from docker import APIClient
from docker.errors import APIError, DockerException, ImageNotFound, NotFound
from requests import RequestException
from urllib3.exceptions import HTTPError

from game.errors import EngineSilent, MissingProgram, ServiceFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

DEFAULT = "unix:///var/run/docker.sock"
API_VERSION = "1.41"
TIMEOUT_S = 30
LOOK_TIMEOUT_S = 3
CONNECTIONS = 32
STEP_S = 0.25
# What the SDK and what it stands on raise when the other side goes away, be it in the middle of an answer.
SILENT = (DockerException, RequestException, HTTPError, HTTPException, OSError, ValueError)
MARK_OF_A_CONTAINER = Path("/.dockerenv")
HINT = (
    "start it (`systemctl start docker`), join the group `docker`, name another with DOCKER_HOST, "
    "or do without: --runtime process"
)


def address(environment: Mapping[str, str] = os.environ) -> str:
    """Tell where the engine is: $DOCKER_HOST, else the usual socket."""
    return environment.get("DOCKER_HOST", "") or DEFAULT


class Connection:
    """A connection to one engine. EngineSilent when it does not answer, ServiceFailed when it refuses."""

    def __init__(self, where: str = "") -> None:
        """Take the engine's address; connects to nothing yet. It has to be on this machine: files are shared with it."""
        self.where = where or address()
        if not self.where.startswith("unix://"):
            raise EngineSilent(
                f"the engine at {self.where} is not on this machine's socket: stacks share files with the game",
                hint="DOCKER_HOST=unix:///path/to/docker.sock",
            )
        with self.asking("connect"):
            self.api = APIClient(
                base_url=self.where, version=API_VERSION, timeout=TIMEOUT_S, max_pool_size=CONNECTIONS
            )
        self._mounted: tuple[tuple[str, str], ...] | None = None

    def version(self) -> str:
        """Return the engine's version; EngineSilent when it does not answer."""
        with self.asking("tell its version"):
            quick = APIClient(base_url=self.where, version=API_VERSION, timeout=LOOK_TIMEOUT_S)
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
        with self.asking(f"look for the image {image}"):
            try:
                return str(self.api.inspect_image(image)["Id"])  # type: ignore[no-untyped-call] # the stubs leave it out
            except ImageNotFound as error:
                raise MissingProgram(
                    f"the engine at {self.where} has no image {image}",
                    hint="`make images` builds the stack's; pull any other yourself",
                ) from error

    def source(self, path: Path) -> str:
        """Tell a path as the engine's machine knows it: the same, unless the game is in a container itself."""
        if self._mounted is None:
            self._mounted = self._own_mounts()
        for inside, outside in self._mounted:
            if path.is_relative_to(inside):
                return str(Path(outside) / path.relative_to(inside))
        return str(path)

    def close(self) -> None:
        self.api.close()

    def _own_mounts(self) -> tuple[tuple[str, str], ...]:
        """Return (path inside, path outside) of the mounts of the container that the game is in, longest first."""
        if not MARK_OF_A_CONTAINER.exists():
            return ()
        with self.asking("describe the game's own container"):
            try:
                found = self.api.inspect_container(socket.gethostname())
            except NotFound:
                return ()
        pairs = [(str(mount["Destination"]), str(mount["Source"])) for mount in found["Mounts"]]
        return tuple(sorted(pairs, key=lambda pair: -len(pair[0])))

    @contextmanager
    def asking(self, what: str, *, gone_is_fine: bool = False) -> Iterator[None]:
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
