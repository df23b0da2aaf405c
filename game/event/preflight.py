"""Before an event: does this machine carry it? By what a stack costs here, measured when one was up, else as usual."""

from __future__ import annotations

import json
import os
import shutil
import time
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, assert_never

import psutil

from game.errors import DanceoffError, Refused
from game.lab.binaries import find_programs, for_account
from game.lab.ground import look_for_cluster, look_for_engine
from game.lab.home import home
from game.lab.lb.check import Checker
from game.lab.ports import reserve
from game.lab.process_table import family, processes
from game.lab.register import registered
from game.lab.unprivileged import unprivileged

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from game.lab.runtime.choice import RuntimeName

COST_FILE = "stack-cost.json"
# What is left to the game itself, its viewers, and the system.
SPARE_CORES, SPARE_MB = 0.4, 512
DISK_MB_A_STACK, SPARE_DISK_MB = 200, 500
PORTS_A_STACK = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one stack under load takes; `measured` on this machine, or what it usually is."""

    cores: float = 0.4
    memory_mb: int = 235
    measured: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    what: str
    fine: bool
    words: str
    remedy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preflight:
    """`carries`: stacks that this machine carries at once."""

    teams: int
    carries: int
    cost: Cost
    checks: tuple[Check, ...]

    @property
    def fine(self) -> bool:
        return all(check.fine for check in self.checks)

    def require(self, *, insist: bool = False) -> None:
        """Raise Refused with everything that is not fine, unless somebody insists."""
        wrong = [check for check in self.checks if not check.fine]
        if wrong and not insist:
            hints = "; ".join(dict.fromkeys(check.remedy for check in wrong if check.remedy))
            raise Refused(
                "this machine is not ready: " + "; ".join(f"{one.what}: {one.words}" for one in wrong),
                hint=f"{hints}; or insist",
            )


def preflight(teams: int, runtime: RuntimeName = "process") -> Preflight:
    """Look at the machine for an event of so many teams."""
    place = home()
    place.make()
    cost = known_cost(place.cache)
    cores = os.cpu_count() or 1
    memory_mb = psutil.virtual_memory().available // 2**20
    # With a cluster the stacks are not on this machine, whose cores and memory then say nothing.
    here = teams if runtime != "swarm" else 0
    by_cores = int((cores - SPARE_CORES) / cost.cores + 1e-9)
    by_memory = int((memory_mb - SPARE_MB) / cost.memory_mb)
    carries = max(0, min(by_cores, by_memory))
    free_mb = shutil.disk_usage(place.path).free // 2**20
    need_mb = SPARE_DISK_MB + DISK_MB_A_STACK * teams
    measured = "measured here" if cost.measured else "as usual"
    return Preflight(
        teams=teams,
        carries=carries,
        cost=cost,
        checks=(
            Check(
                what="cores",
                fine=here <= by_cores,
                words=f"{cores} carry {max(0, by_cores)} stacks of {cost.cores:.2f} ({measured}), {here} are wanted",
                remedy="fewer teams, or a machine with more cores",
            ),
            Check(
                what="memory",
                fine=here <= by_memory,
                words=f"{memory_mb} MB carry {max(0, by_memory)} stacks of {cost.memory_mb} MB ({measured})",
                remedy="fewer teams, or end other programs",
            ),
            Check(
                what="disk",
                fine=free_mb >= need_mb,
                words=f"{free_mb} MB free in {place.path}, {need_mb} MB needed",
                remedy="free some space, or set DANCEOFF_HOME",
            ),
            _ports(teams),
            *_ground(teams, runtime),
        ),
    )


def known_cost(cache: Path) -> Cost:
    """What was measured last on this machine, or what a stack usually costs."""
    try:
        found = json.loads((cache / COST_FILE).read_text())
        cores, memory_mb = float(found["cores"]), int(found["memory_mb"])
    except (OSError, ValueError, KeyError, TypeError):
        return Cost()
    if not (0.01 <= cores <= 64 and 10 <= memory_mb <= 100_000):
        return Cost()
    return Cost(cores=cores, memory_mb=memory_mb, measured=True)


def measure(roots: Iterable[Path], seconds: float = 3.0) -> Cost:
    """What the stacks in these run directories take on average, looked at for some seconds; kept for the next time."""
    stacks = [pids for root in roots if (pids := _pids(root))]
    if not stacks:
        raise Refused("there is no stack to measure", hint="prepare a round first")
    everybody = [pid for pids in stacks for pid in pids]
    before, began = sum(map(_cpu_s, everybody)), time.monotonic()
    time.sleep(seconds)  # measuring a rate takes its time, nothing is awaited
    cores = (sum(map(_cpu_s, everybody)) - before) / (time.monotonic() - began) / len(stacks)
    memory_mb = round(sum(map(_memory_mb, everybody)) / len(stacks))
    cost = Cost(cores=round(max(cores, 0.01), 3), memory_mb=max(memory_mb, 10), measured=True)
    file = home().cache / COST_FILE
    file.with_suffix(".new").write_text(json.dumps({"cores": cost.cores, "memory_mb": cost.memory_mb}))
    file.with_suffix(".new").replace(file)
    return cost


def _pids(root: Path) -> set[int]:
    everybody = processes()
    return {one.pid for entry in registered(root) for one in family(entry.pid, entry.start, everybody)}


def _cpu_s(pid: int) -> float:
    try:
        times = psutil.Process(pid).cpu_times()
    except psutil.Error:
        return 0.0
    return times.user + times.system


def _memory_mb(pid: int) -> float:
    """Pages that are shared count in part, or forked processes would be counted over and over."""
    try:
        return psutil.Process(pid).memory_full_info().pss / 2**20
    except (psutil.Error, AttributeError):
        return 0.0


def _ports(teams: int) -> Check:
    # Those before one that fails are given back as well.
    with ExitStack() as held:
        try:
            for _ in range(teams):
                held.callback(reserve(PORTS_A_STACK).release)
        except DanceoffError as error:
            return Check(what="ports", fine=False, words=error.what, remedy=error.hint)
    return Check(what="ports", fine=True, words=f"free for {teams} stacks")


def _ground(teams: int, runtime: RuntimeName) -> Iterator[Check]:
    """What the stacks stand on."""
    match runtime:
        case "process":
            return _programs(teams)
        case "docker":
            return _engine()
        case "swarm":
            return _cluster(teams)
        case _:
            assert_never(runtime)


def _cluster(teams: int) -> Iterator[Check]:
    found = look_for_cluster()
    if found.engine.lacks:
        yield Check(what="cluster", fine=False, words=found.engine.lacks, remedy=found.engine.remedy)
        return
    room = sum(carries for _, carries in found.carries)
    nodes = ", ".join(f"{address} {carries}" for address, carries in found.carries)
    yield Check(
        what="cluster",
        fine=teams <= room,
        words=f"its nodes carry {room} stacks ({nodes}), {teams} are wanted",
        remedy="fewer teams, or more nodes",
    )


def _engine() -> Iterator[Check]:
    """Containers bring their own programs, and each configuration is checked in one: what they need is an engine."""
    found = look_for_engine()
    if found.lacks:
        yield Check(what="engine", fine=False, words=found.lacks, remedy=found.remedy)
    else:
        yield Check(what="engine", fine=True, words=f"{found.version} at {found.where}, with every image")


def _programs(teams: int) -> Iterator[Check]:
    try:
        programs = find_programs()
        programs.require()
    except DanceoffError as error:
        yield Check(what="programs", fine=False, words=error.what, remedy=error.hint or "danceoff doctor")
        return
    yield Check(what="programs", fine=True, words="all there")
    account = unprivileged()
    haproxy = for_account(programs, home(), account).path("haproxy")
    if teams > 1 and not Checker(haproxy, account).sandboxed:
        # To check a configuration is to run parts of it, beside the other teams' files.
        yield Check(
            what="sandbox",
            fine=False,
            words="teams' configurations would be checked without one: `bwrap` is missing or may not work here",
            remedy="install bubblewrap",
        )
    else:
        yield Check(what="sandbox", fine=True, words="works" if teams > 1 else "one team needs none")
