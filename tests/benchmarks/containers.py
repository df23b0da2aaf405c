"""Processes, containers and compose side by side: from nothing to a user who is logged in, and what a stack weighs then.

`python -m tests.benchmarks.containers [ROUNDS]` goes through all of them in turn, so many times (3). Needs an engine with the
stack's images. Memory is PSS (shared pages counted once) of everything in the stack; the game itself is not in it.
"""

# ruff: noqa: T201 - measurements are there to be printed

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from game.catalog.stack import load_stack
from game.lab.containers.connection import address
from game.lab.containers.runtime import ContainerRuntime
from game.lab.data import PACKAGE, stacks_dir
from game.lab.home import Home
from game.lab.process_table import family, processes
from game.lab.register import registered
from game.lab.runtime.processes import ProcessRuntime
from tests.stack.runtime.contract import log_in
from tests.stack.runtime.live import fill_live

if TYPE_CHECKING:
    from collections.abc import Iterable

    from game.lab.runtime.stack_runtime import StackRuntime

COMPOSE_WITHIN_S = 180


def pss_mb(pids: Iterable[int]) -> float:
    total = 0
    for pid in pids:
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024


def members(roots: Iterable[int]) -> set[int]:
    everybody = processes()
    starts = {one.pid: one.start for one in everybody}
    return {one.pid for pid in roots if pid in starts for one in family(pid, starts[pid], everybody)}


def runtime(one: StackRuntime) -> tuple[float, float]:
    """Seconds to the first login, and megabytes after it."""
    started = time.monotonic()
    try:
        place = one.prepare()
        fill_live(place)
        one.up(lambda _step: None)
        if log_in(place, within_s=30.0) != 200:
            raise SystemExit("nobody can log in")
        took = time.monotonic() - started
        return took, pss_mb(members(entry.pid for entry in registered(place.root)))
    finally:
        one.down()


def compose() -> tuple[float, float]:
    """The same services by compose, until its HAProxy serves a login page's health."""
    project = f"bench{os.urandom(3).hex()}"
    base = ["docker-compose", "--project-name", project, "--profile", "stack"]
    services = ["haproxy", "auth", "redis", "toxiproxy", "postgres"]
    started = time.monotonic()
    try:
        run([*base, "up", "--detach", "--no-build", *services])
        probe = "exec 3<>/dev/tcp/127.0.0.1/20000"
        while not run([*base, "exec", "-T", "haproxy", "bash", "-c", probe], must=False)[0]:
            if time.monotonic() - started > COMPOSE_WITHIN_S:
                raise SystemExit("compose does not come up")
        took = time.monotonic() - started
        ids = run([*base, "ps", "-q"])[1].split()
        found = json.loads(run(["docker", "inspect", *ids])[1])
        return took, pss_mb(members(one["State"]["Pid"] for one in found))
    finally:
        run([*base, "down", "--volumes", "--timeout", "1"], must=False)


def run(command: list[str], *, must: bool = True) -> tuple[bool, str]:
    """Whether it went well, and what it printed."""
    done = subprocess.run(
        command, cwd=PACKAGE.parent, capture_output=True, text=True, check=False, timeout=COMPOSE_WITHIN_S
    )
    if must and done.returncode:
        raise SystemExit(f"{' '.join(command)}: {done.stderr[-800:]}")
    return done.returncode == 0, done.stdout


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    print(f"engine at {address()}; {os.cpu_count()} cores, load average {os.getloadavg()[0]:.1f}")
    stack = load_stack(stacks_dir() / "auth")
    folder = Path(tempfile.mkdtemp(prefix="bc-", dir="/tmp"))
    folder.chmod(0o711)
    home = Home(path=folder)
    found: dict[str, list[tuple[float, float]]] = {"processes": [], "containers": [], "compose": []}
    try:
        # Templates of the database are made once, and not measured.
        for kind in (ProcessRuntime, ContainerRuntime):
            runtime(kind(stack, home, f"warm{os.urandom(3).hex()}"))
        for number in range(rounds):
            found["processes"].append(runtime(ProcessRuntime(stack, home, f"p{number}")))
            found["containers"].append(runtime(ContainerRuntime(stack, home, f"c{number}")))
            found["compose"].append(compose())
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"{'':<14}{'to the first login, s':>24}{'memory, MB':>14}")
    for name, measured in found.items():
        times = [took for took, _ in measured]
        memory = statistics.median(weight for _, weight in measured)
        shown = f"{statistics.median(times):.1f} [{min(times):.1f}-{max(times):.1f}]"
        print(f"{name:<14}{shown:>24}{memory:>14.0f}")


if __name__ == "__main__":
    main()
