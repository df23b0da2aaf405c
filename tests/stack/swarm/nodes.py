"""A cluster of two nodes on one machine: the engine that is there, and a second one in a network namespace of its own.

Needs root. The second engine keeps everything below one folder, and is ended by its pid.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from game.lab.containers.connection import address

if TYPE_CHECKING:
    from collections.abc import Iterator

SPACE = "danceoff-node"
HERE, THERE = "10.214.0.1", "10.214.0.2"
LINKS = ("dcnode0", "dcnode1")
POOL = ("--default-addr-pool", "10.217.0.0/16", "--default-addr-pool-mask-length", "28")
BRIDGE = "10.215.0.1/24"
COMMAND_S = 120
UP_WITHIN_S = 30.0
STEP_S = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Second:
    """The second node's engine: where it listens, and the file with its pid."""

    where: str
    pidfile: Path
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def kill(self) -> None:
        """What happens when a machine goes down: the engine and everything that it runs are gone at once."""
        engine = int(self.pidfile.read_text())
        shims = [pid for pid in _everybody() if str(self.pidfile.parent).encode() in _command(pid)]
        inside = [pid for shim in shims for pid in _below(shim)]
        for pid in dict.fromkeys((engine, *shims, *inside)):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue


@contextmanager
def two_nodes(*images: str) -> Iterator[Second]:
    """Both engines in one swarm, the second one with these images; afterwards everything is as it was."""
    state = run("docker", "info", "--format", "{{.Swarm.LocalNodeState}}").strip()
    assert state == "inactive", f"the engine is part of a swarm already ({state}), which is left as it is"
    folder = Path(tempfile.mkdtemp(prefix="dn-", dir="/tmp"))
    second = Second(where=f"unix://{folder}/docker.sock", pidfile=folder / "pid")
    try:
        _link()
        _start(second, folder)
        for image in images:
            _carry(image, second)
        listen = ("--advertise-addr", HERE, "--listen-addr", f"{HERE}:2377")
        run("docker", "swarm", "init", *listen, *POOL, "--dispatcher-heartbeat", "2s")
        token = run("docker", "swarm", "join-token", "-q", "worker").strip()
        listen = ("--advertise-addr", THERE, "--listen-addr", f"{THERE}:2377")
        run("docker", "-H", second.where, "swarm", "join", "--token", token, *listen, f"{HERE}:2377")
        yield second
    finally:
        _leave(second, folder)


def run(*command: str, must: bool = True) -> str:
    environment = {**os.environ, "DOCKER_HOST": address(), "PATH": f"{os.environ['PATH']}:/usr/sbin:/sbin"}
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=COMMAND_S, check=False, env=environment
    )
    assert done.returncode == 0 or not must, f"{' '.join(command)}: {done.stderr[-800:]}"
    return done.stdout


def _link() -> None:
    run("ip", "netns", "add", SPACE)
    run("ip", "link", "add", LINKS[0], "type", "veth", "peer", "name", LINKS[1])
    run("ip", "link", "set", LINKS[1], "netns", SPACE)
    run("ip", "addr", "add", f"{HERE}/24", "dev", LINKS[0])
    run("ip", "link", "set", LINKS[0], "up")
    run("ip", "-n", SPACE, "addr", "add", f"{THERE}/24", "dev", LINKS[1])
    for name in (LINKS[1], "lo"):
        run("ip", "-n", SPACE, "link", "set", name, "up")
    run("ip", "-n", SPACE, "route", "add", "default", "via", HERE)


def _start(second: Second, folder: Path) -> None:
    command = ["nsenter", f"--net=/run/netns/{SPACE}", shutil.which("dockerd") or "/usr/sbin/dockerd"]
    command += ["--data-root", str(folder / "data"), "--exec-root", str(folder / "exec")]
    command += ["--pidfile", str(second.pidfile), "--bip", BRIDGE, "-H", second.where]
    with (folder / "log").open("wb") as log:
        engine = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            env={**os.environ, "PATH": f"{os.environ['PATH']}:/usr/sbin:/sbin"},
        )
    second.started.append(engine)
    deadline = time.monotonic() + UP_WITHIN_S
    while not run("docker", "-H", second.where, "version", must=False).count("Server:"):
        assert time.monotonic() < deadline, (folder / "log").read_text()[-2000:]
        time.sleep(STEP_S)


def _carry(image: str, second: Second) -> None:
    environment = {**os.environ, "DOCKER_HOST": address()}
    with subprocess.Popen(["docker", "save", image], stdout=subprocess.PIPE, env=environment) as saving:
        subprocess.run(
            ["docker", "-H", second.where, "load", "--quiet"],
            stdin=saving.stdout,
            check=True,
            timeout=COMMAND_S,
            stdout=subprocess.DEVNULL,
        )


def _leave(second: Second, folder: Path) -> None:
    run("docker", "-H", second.where, "swarm", "leave", "--force", must=False)
    run("docker", "swarm", "leave", "--force", must=False)
    # The bridge that swarms use on each node; it stays when they are left.
    run("docker", "network", "rm", "docker_gwbridge", must=False)
    # Perhaps it never came up, or was killed.
    with suppress(OSError, ValueError):
        os.kill(int(second.pidfile.read_text()), signal.SIGTERM)
    for engine in second.started:
        engine.wait(UP_WITHIN_S)
    deadline = time.monotonic() + UP_WITHIN_S
    while any(str(folder).encode() in _command(pid) for pid in _everybody()) and time.monotonic() < deadline:
        time.sleep(STEP_S)
    run("ip", "link", "del", LINKS[0], must=False)
    run("ip", "netns", "del", SPACE, must=False)
    _unmount(folder)
    shutil.rmtree(folder, ignore_errors=True)


def _unmount(folder: Path) -> None:
    """What a killed engine left mounted would be emptied instead of removed."""
    mounted = [line.split()[1] for line in Path("/proc/mounts").read_text().splitlines()]
    for path in sorted((one for one in mounted if one.startswith(f"{folder}/")), reverse=True):
        run("umount", "-l", path, must=False)


def _everybody() -> list[int]:
    return [int(one.name) for one in Path("/proc").iterdir() if one.name.isdigit()]


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def _below(parent: int) -> list[int]:
    """All descendants of a process."""
    parents: dict[int, list[int]] = {}
    for pid in _everybody():
        try:
            after = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents.setdefault(int(after[1]), []).append(pid)
    found, ahead = [], [parent]
    while ahead:
        children = parents.get(ahead.pop(), [])
        found += children
        ahead += children
    return found
