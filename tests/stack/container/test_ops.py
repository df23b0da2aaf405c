"""The ops container: what an operator of one team can do from in there, by `danceoff shell`."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from game.lab.data import PACKAGE
from tests.stack.container.looking import inspected

if TYPE_CHECKING:
    from collections.abc import Iterator

    from game.lab.containers.engine import Engine
    from game.lab.home import Home

pytestmark = pytest.mark.stack

DANCEOFF = Path(sys.executable).parent / "danceoff"
# The terminal says again what it is told: what counts is what only an answer can say.
SCRIPT = r"""
id -u
git log --oneline | head -1
danceoff status --json | head -c 1
psql -h 127.0.0.1 -p "$PG" -U auth -tAc 'select 41+1' auth | cat
danceoff psql -tAc 'select 51+1' | cat
danceoff redis ECHO "redis-$((50+3))" | cat
touch .git/x 2>/dev/null || echo "git-$((40+2))"
echo edited >> haproxy.cfg && echo "mine-$((40+3))"
curl -s -o /dev/null -w '%{http_code}\n' --cacert "$CA" --resolve "login.example.test:$EDGE:127.0.0.1" "https://login.example.test:$EDGE/session?nonce=1"
exit 0
"""


@contextmanager
def playing(home: Home) -> Iterator[None]:
    """A demonstration that goes on in containers."""
    game = subprocess.Popen(
        [DANCEOFF, "demo", "macarena", "--runtime", "docker"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=PACKAGE.parent,
        env={**os.environ, "DANCEOFF_HOME": str(home.path)},
    )
    assert game.stdout is not None
    said: list[str] = []
    steady = threading.Event()

    def listen() -> None:
        for line in game.stdout or ():
            said.append(line)
            if "The shift begins" in line:
                steady.set()

    listening = threading.Thread(target=listen, daemon=True)
    listening.start()
    try:
        assert steady.wait(90), "".join(said)
        yield
    finally:
        game.terminate()
        game.wait(60)
        listening.join(10)
        game.stdout.close()


def test_an_operator_works_among_the_servers(shared_home: Home, engine: Engine) -> None:
    with playing(shared_home):
        root = max(shared_home.runs.iterdir(), key=lambda folder: folder.stat().st_mtime)
        exports = "".join(f"export {name}={value}\n" for name, value in _ports(root).items())
        done = subprocess.run(
            [DANCEOFF, "shell"],
            input=exports + SCRIPT,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            env={**os.environ, "DANCEOFF_HOME": str(shared_home.path)},
        )
        print(done.stdout)  # noqa: T201 - what an operator sees is there to be printed
        said = done.stdout.replace("\r", "")
        assert done.returncode == 0, said + done.stderr
        assert "\n42\n" in said
        assert "\n52\n" in said, "the game's own commands find the clients that are here"
        assert "redis-53" in said
        assert "git-42" in said, "whoever could write to .git could have the game run programs"
        assert "mine-43" in said
        assert "\n401" in said
        found = inspected(engine, root.name)["ops"]
        assert found["HostConfig"]["ReadonlyRootfs"] is True
        assert found["Config"]["User"].split(":")[0] != "0"
    assert engine.containers(root.name) == ()


def _ports(root: Path) -> dict[str, str]:
    """The run's addresses as its own files tell them."""
    configuration = (root / "live" / "haproxy.cfg").read_text()
    binds = [line.split() for line in configuration.splitlines() if line.split()[:1] == ["bind"]]
    edge = next(words[1].rpartition(":")[2] for words in binds if "ssl" in words)
    redis = (root / "redis" / "redis.conf").read_text().split("port ")[1].split()[0]
    postgres = (root / "postgres" / "postgresql.conf").read_text().split("\nport = ")[1].split()[0]
    return {"EDGE": edge, "REDIS": redis, "PG": postgres, "CA": str(root / "live" / "certs" / "ca.pem")}
