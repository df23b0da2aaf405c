"""`docker-compose up`: the page answers, an incident is played through it, and everything goes away again.

Whichever compose `DANCEOFF_COMPOSE` names, else Debian's docker-compose; CONTRIBUTING.md says how compose v2 is had.
"""

# ruff: noqa: T201 - what happened is there to be printed

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
import requests
import yaml

from game.lab.data import PACKAGE
from tests.bot import bot

if TYPE_CHECKING:
    from collections.abc import Iterator

    from game.lab.containers.engine import Engine

pytestmark = pytest.mark.stack

REPOSITORY = PACKAGE.parent
ANSWERS_WITHIN_S = 60.0
READY_WITHIN_S = 120.0
CHOSEN = "DANCEOFF_COMPOSE"


def compose(*arguments: str, project: str = "danceoff", port: int = 8080) -> str:
    program = shutil.which(os.environ.get(CHOSEN, "docker-compose"))
    assert program, (
        f"docker-compose is missing: apt-get install docker-compose, or name another one by {CHOSEN}"
    )
    done = subprocess.run(
        [program, "--project-name", project, *arguments],
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
        cwd=REPOSITORY,
        env={**os.environ, "DANCEOFF_PORT": str(port)},
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def test_the_file_is_understood_and_every_service_is_walled_in() -> None:
    services = yaml.safe_load(compose("--profile", "stack", "config"))["services"]
    assert services.keys() >= {"game", "haproxy", "auth", "postgres", "redis", "toxiproxy", "load", "ops"}
    for name, service in services.items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["user"].split(":")[0] != "0", name
        assert service["init"] is True, name
        assert service["mem_limit"], name
        assert service["pids_limit"], name
        published = service.get("ports", [])
        assert not published or name == "game", name
        assert all("127.0.0.1" in str(port) for port in published), name


@contextmanager
def playing(project: str) -> Iterator[str]:
    """The game server, up; gives its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    address = f"http://127.0.0.1:{port}"
    try:
        compose("up", "--detach", "--no-build", "game", "janitor", project=project, port=port)
        deadline = time.monotonic() + ANSWERS_WITHIN_S
        while True:
            try:
                if requests.get(address, timeout=2).ok:
                    break
            except requests.RequestException:
                assert time.monotonic() < deadline, compose("logs", project=project, port=port)
            time.sleep(0.2)
        yield address
    finally:
        compose("down", "--volumes", project=project, port=port)


def test_an_incident_is_played_from_the_page_to_its_end(engine: Engine) -> None:
    project = f"dctest{os.urandom(3).hex()}"
    with playing(project) as address, requests.Session() as facilitator:
        logs = compose("logs", "--no-color", project=project)
        key = re.search(r"this key, which is yours alone:\n.*?\|\s+(\S+)", logs)
        assert key, logs
        assert facilitator.post(f"{address}/join", data={"code": key[1]}, timeout=10).ok
        deed(facilitator, address, "/teams", names="Night shift")
        page = facilitator.get(f"{address}/facilitator", params={"team": "t1"}, timeout=10).text
        token = re.search(r"Token for their programs</summary><code>([^<]+)<", page)
        assert token, page[:2000]
        started = time.monotonic()
        deed(facilitator, address, "/rounds", exercise="macarena", seed="1", insist="yes")
        while "go: every fault" not in (answer := deed(facilitator, address, "/start", must=False)):
            assert time.monotonic() - started < READY_WITHIN_S, answer[-1500:]
            time.sleep(1)
        print(f"the stack was ready {time.monotonic() - started:.1f} s after it was asked for")
        last = bot.Bot(bot.Api(url=address, token=token[1])).play()
        assert last["recovered"]
        print(f"solved by a bot through the API: {last.get('phase', 'recovered')}")
    assert all_runs(engine) == []


def deed(session: requests.Session, address: str, path: str, *, must: bool = True, **form: str) -> str:
    answer = session.post(f"{address}/facilitator{path}", data=form, timeout=30)
    assert answer.ok or not must, answer.text[:1500]
    return answer.text


def all_runs(engine: Engine) -> list[str]:
    """Whatever carries a run's label, of any run."""
    client = engine.api
    return [
        str(one["Names"])
        for one in client.containers(all=True, filters={"label": "danceoff.run"}, quiet=False)
    ]
