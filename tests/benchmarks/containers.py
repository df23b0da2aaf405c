"""Processes, containers and compose in one run: from nothing to load that verifies, what a stack weighs, how many fit.

    python -m tests.benchmarks.containers [ROUNDS] [MOST]

Goes ROUNDS times (2) through all of them in turn, from nothing to the first answer to the load whose signature verified;
then starts up to MOST (8) stacks beside each other, as processes and then as containers, until less than 99 % of the
requests that are due are sent in time. Needs an engine with the stack's images. The game and Prometheus are not in it.
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
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from game.core.outcome import LoadBatch
from game.lab.containers.connection import address
from game.lab.data import PACKAGE
from game.lab.home import Home
from game.lab.load.wire import NotUnderstood, decode_report
from tests.benchmarks.under_load import VERIFIED_WITHIN_S, Weight, served, under_load, weight

if TYPE_CHECKING:
    from game.lab.runtime.choice import RuntimeName

RUNTIMES: tuple[RuntimeName, ...] = ("process", "docker")
SERVICES = ("haproxy", "auth", "redis", "toxiproxy", "postgres", "load")
COMMAND_WITHIN_S = 180
ENOUGH = 0.99
# Users log in one after the other, and servers get warm.
SETTLE_S = 5.0
WINDOW_S = 8.0
STEP_S = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """Seconds from nothing to the first answer that verified, and what the stack weighs then."""

    took_s: float
    weight: Weight


def start(runtime: RuntimeName, home: Home) -> Start:
    with under_load(runtime, home) as one:
        return Start(took_s=one.took_s, weight=one.weight())


def compose_start() -> Start:
    """The same services by compose, until its load worker tells of a right answer."""
    project = f"bench{os.urandom(3).hex()}"
    base = ("docker-compose", "--project-name", project, "--profile", "stack")
    started = time.monotonic()
    try:
        run(*base, "up", "--detach", "--no-build", *SERVICES)
        worker = run(
            *("docker", "ps", "--quiet", "--filter", f"label=com.docker.compose.project={project}"),
            *("--filter", "label=com.docker.compose.service=load"),
        ).strip()
        _await_a_right_answer(worker)
        took = time.monotonic() - started
        ids = run(
            "docker", "ps", "--quiet", "--filter", f"label=com.docker.compose.project={project}"
        ).split()
        found = json.loads(run("docker", "inspect", *ids))
        return Start(took_s=took, weight=weight(one["State"]["Pid"] for one in found))
    finally:
        run(*base, "down", "--volumes", "--timeout", "1")


def _await_a_right_answer(container: str) -> None:
    with subprocess.Popen(
        ["docker", "logs", "--follow", container], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as logs:
        try:
            deadline = time.monotonic() + VERIFIED_WITHIN_S
            for line in logs.stdout or ():
                if _is_right(line):
                    return
                if time.monotonic() > deadline:
                    break
        finally:
            logs.kill()
    raise SystemExit("compose: no answer verified")


def _is_right(line: bytes) -> bool:
    try:
        report = decode_report(line)
    except NotUnderstood:
        return False
    return isinstance(report, LoadBatch) and any(outcome.ok for outcome in report.outcomes)


def run(*command: str) -> str:
    done = subprocess.run(
        command, cwd=PACKAGE.parent, capture_output=True, text=True, check=False, timeout=COMMAND_WITHIN_S
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}: {done.stderr[-800:]}")
    return done.stdout


def starts(rounds: int, home: Home) -> None:
    found: dict[str, list[Start]] = {"process": [], "docker": [], "compose": []}
    for runtime in RUNTIMES:
        # Templates of the database are made once, and not measured.
        start(runtime, home)
    for _ in range(rounds):
        for runtime in RUNTIMES:
            found[runtime].append(start(runtime, home))
        found["compose"].append(compose_start())
    print(f"{'':<10}{'to load that verifies, s':>26}{'stack, MB':>12}{'shims, MB':>12}")
    for name, measured in found.items():
        times = [one.took_s for one in measured]
        shown = f"{statistics.median(times):.1f} [{min(times):.1f}-{max(times):.1f}]"
        stack = statistics.median(one.weight.stack for one in measured)
        shims = statistics.median(one.weight.shims for one in measured)
        print(f"{name:<10}{shown:>26}{stack:>12.0f}{shims:>12.0f}", flush=True)


def fit(runtime: RuntimeName, most: int, home: Home) -> None:
    """Start one stack after the other, all under load, until too little of it can be sent."""
    with ExitStack() as ending:
        stacks = []
        for teams in range(1, most + 1):
            stacks.append(ending.enter_context(under_load(runtime, home)))
            time.sleep(SETTLE_S)
            seen = served(stacks, WINDOW_S)
            print(
                f"{runtime:<10}{teams} teams: {seen.due / WINDOW_S:5.0f} requests/s due, {seen.sent:7.2%} sent,"
                f" {seen.right:7.2%} right; load average {os.getloadavg()[0]:.1f}",
                flush=True,
            )
            if seen.sent < ENOUGH:
                print(f"{runtime:<10}the planned load falls below {ENOUGH:.0%} at {teams} teams")
                return
    print(f"{runtime:<10}the planned load is still offered with {most} teams")


def main(arguments: list[str]) -> None:
    rounds, most = (int(arguments[place]) if len(arguments) > place else (2, 8)[place] for place in (0, 1))
    print(f"engine at {address()}; {os.cpu_count()} cores, load average {os.getloadavg()[0]:.1f}")
    folder = Path(tempfile.mkdtemp(prefix="bc-", dir="/tmp"))
    folder.chmod(0o711)
    try:
        starts(rounds, Home(path=folder))
        for runtime in RUNTIMES:
            fit(runtime, most, Home(path=folder))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main(sys.argv[1:])
