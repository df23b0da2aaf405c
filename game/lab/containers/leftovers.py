"""Removes what a run has on the engine, by its label: containers, networks, volumes. Standard library only, for the reaper.

The SDK would take the reaper half a second to import and tens of megabytes to keep.
"""

from __future__ import annotations

import http.client
import json
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from game.errors import EngineSilent
from game.lab.register import ENGINE

if TYPE_CHECKING:
    from pathlib import Path

LABEL = "danceoff.run"
TIMEOUT_S = 20.0
STEP_S = 0.2
REMOVED_WITHIN_S = 60.0
AT_ONCE = 8
API = "/v1.41"


@dataclass(frozen=True, slots=True, kw_only=True)
class Leftovers:
    """Names of the containers that were removed, and how many networks."""

    containers: tuple[str, ...] = ()
    networks: int = 0


class _Connection(http.client.HTTPConnection):
    """HTTP over the engine's unix socket."""

    def __init__(self, path: str) -> None:
        super().__init__("engine", timeout=TIMEOUT_S)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(TIMEOUT_S)
        self.sock.connect(self._path)


def remove_leftovers(root: Path, patience_s: float = 0.0, settle_s: float = 0.0) -> Leftovers:
    """Remove everything that carries the run's label, until nothing comes up any more; nothing for a run of processes.

    An engine that does not answer is waited for; EngineSilent when it does not come back. `settle_s`: how long nothing must
    have come up, for a game that died while it was starting things. May be called repeatedly.
    """
    where, run = _record(root)
    if not run:
        return Leftovers()
    path = where.removeprefix("unix://")
    deadline = time.monotonic() + patience_s
    while True:
        try:
            return _remove(path, run, settle_s)
        except (OSError, http.client.HTTPException, ValueError) as error:
            if time.monotonic() > deadline:
                raise EngineSilent(
                    f"the engine at {where} does not answer, and holds containers of run {run}",
                    hint="start it, then: danceoff clean",
                ) from error
            time.sleep(STEP_S)  # the polling step: an engine that is away cannot wake anybody


def still_there(root: Path) -> tuple[str, ...]:
    """Name the containers, networks and volumes that a run has on its engine; EngineSilent when it does not answer."""
    where, run = _record(root)
    if not run:
        return ()
    path = where.removeprefix("unix://")
    try:
        containers = _listed(path, "/containers/json?all=1&", run)
        others = [*_listed(path, "/networks?", run), *_listed(path, "/volumes?", run)]
        clustered = [*_of_cluster(path, "services", run), *_of_cluster(path, "secrets", run)]
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise EngineSilent(f"the engine at {where} does not answer", hint="start it") from error
    return (
        *(f"container {_name(each)}" for each in containers),
        *(f"network or volume {each['Name']}" for each in others),
        *(f"of the cluster: {each}" for each in clustered),
    )


def _record(root: Path) -> tuple[str, str]:
    """Return where a run's engine is, and the label's value; both empty for a run of processes."""
    try:
        record = json.loads((root / ENGINE).read_text())
        return str(record["address"]), str(record["run"])
    except (OSError, ValueError, KeyError, TypeError):
        return "", ""


def _remove(path: str, run: str, settle_s: float) -> Leftovers:
    """Remove whatever there is, until nothing is found: once, or over the time in which something could still come up."""
    names: list[str] = []
    networks = 0
    empty_since = None
    deadline = time.monotonic() + settle_s + REMOVED_WITHIN_S
    while time.monotonic() < deadline:
        # Whatever a service had would come up again before it is gone itself.
        services = [*_of_cluster(path, "services", run), *_of_cluster(path, "secrets", run)]
        _deleted(path, services)
        containers = _listed(path, "/containers/json?all=1&", run)
        there = _listed(path, "/networks?", run)
        volumes = _listed(path, "/volumes?", run)
        if not (services or containers or there or volumes):
            empty_since = empty_since or time.monotonic()
            if time.monotonic() - empty_since >= settle_s:
                return Leftovers(containers=tuple(dict.fromkeys(names)), networks=networks)
            time.sleep(STEP_S)  # the polling step: what a dying game asked for may still come up
            continue
        empty_since = None
        names += [_name(each) for each in containers]
        networks += len(there)
        if not _deleted(path, [f"/containers/{each['Id']}?force=1&v=1" for each in containers]):
            time.sleep(STEP_S)  # the polling step: another removal, or a start, is under way
        _deleted(path, [f"/networks/{each['Id']}" for each in there])
        _deleted(path, [f"/volumes/{each['Name']}?force=1" for each in volumes])
    raise OSError(f"something of {run} comes up again and again")


def _deleted(path: str, urls: list[str]) -> bool:
    with ThreadPoolExecutor(AT_ONCE) as threads:
        return all(status < 400 for status, _ in threads.map(lambda url: _ask(path, "DELETE", url), urls))


def _listed(path: str, what: str, run: str) -> list[dict[str, object]]:
    filters = quote(json.dumps({"label": [f"{LABEL}={run}"]}))
    status, body = _ask(path, "GET", f"{what}filters={filters}")
    if status != 200:
        raise OSError(f"the engine answered {status}")
    found = json.loads(body)
    if isinstance(found, dict):
        found = found.get("Volumes") or []
    return [each for each in found if isinstance(each, dict)]


def _of_cluster(path: str, what: str, run: str) -> list[str]:
    """Tell where a run's services or secrets are; none of an engine that manages no cluster."""
    filters = quote(json.dumps({"label": [f"{LABEL}={run}"]}))
    status, body = _ask(path, "GET", f"/{what}?filters={filters}")
    if status != 200:
        return []
    return [f"/{what}/{each['ID']}" for each in json.loads(body)]


def _name(container: dict[str, object]) -> str:
    names = container.get("Names")
    return str(names[0]).lstrip("/") if isinstance(names, list) and names else "?"


def _ask(path: str, verb: str, url: str) -> tuple[int, bytes]:
    connection = _Connection(path)
    try:
        connection.request(verb, API + url)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()
