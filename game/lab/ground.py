"""What a run stands on: its runtime, and what else is another with containers than with processes.

Nothing of the container engine is imported unless it is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, assert_never

from game.lab.binaries import Program, find_programs, for_account
from game.lab.lb.check import Checker
from game.lab.lb.listening import is_free
from game.lab.register import register
from game.lab.runtime.processes import ProcessRuntime

if TYPE_CHECKING:
    from collections.abc import Callable

    from game.core.stack import Stack
    from game.lab.binaries import Programs
    from game.lab.home import Home
    from game.lab.lb.check import Checks
    from game.lab.load.driver import WorkerProgram
    from game.lab.places import Place
    from game.lab.runtime.choice import EngineFound, RuntimeName
    from game.lab.runtime.stack_runtime import StackRuntime
    from game.lab.swarm.found import ClusterFound
    from game.lab.unprivileged import Unprivileged


CLIENTS = ("psql", "redis-cli")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """`programs` are those of this machine, by which people look into the stack; `versions` those of the stack's servers.

    `checks` makes what checks configurations, once the run is prepared; `launch` starts the load worker, None: as a child of
    the game's; `is_free` tells whether HAProxy could listen on an address; `open_way` lets the team's own shell reach a port of the game's;
    `shadows` is the HAProxy of this machine by which previews are tried; None where the replicas cannot be reached from here.
    """

    name: RuntimeName
    runtime: StackRuntime
    programs: Programs
    versions: tuple[tuple[str, str], ...]
    checks: Callable[[Unprivileged | None], Checks]
    launch: Callable[[Path], WorkerProgram] | None
    loads: Callable[[Place, int], None]
    is_free: Callable[[str], bool]
    open_way: Callable[[int], None]
    shadows: Callable[[Unprivileged | None], Path | None]


def ground(name: RuntimeName, stack: Stack, place: Home, run: str) -> Ground:
    """Find out that everything is there that the runtime needs, and return it; raises what is missing."""
    match name:
        case "process":
            return _processes(stack, place, run)
        case "docker":
            return _containers(stack, place, run)
        case "swarm":
            return _cluster(stack, place, run)
        case _:
            assert_never(name)


def look_for_engine() -> EngineFound:
    """Look whether stacks can be run in containers here; never raises."""
    from game.lab.containers.found import found  # noqa: PLC0415 - only who asks for containers pays for the import

    return found()


def look_for_cluster() -> ClusterFound:
    """Look whether stacks can be run on a cluster's nodes; never raises."""
    from game.lab.swarm.found import found  # noqa: PLC0415 - only who asks for a cluster pays for the import

    return found()


def _processes(stack: Stack, place: Home, run: str) -> Ground:
    programs = find_programs()
    programs.require()

    def haproxy(account: Unprivileged | None) -> Path:
        return for_account(programs, place, account).path("haproxy")

    def checks(account: Unprivileged | None) -> Checks:
        return Checker(haproxy(account), account)

    return Ground(
        name="process",
        runtime=ProcessRuntime(stack, place, run, programs=programs),
        programs=programs,
        versions=tuple((program.name, program.version) for program in programs.found),
        checks=checks,
        launch=None,
        loads=_register,
        is_free=is_free,
        open_way=lambda _port: None,
        shadows=haproxy,
    )


def _containers(stack: Stack, place: Home, run: str) -> Ground:
    from game.lab.containers.load import ContainerLoad  # noqa: PLC0415 - only who asks for containers pays for the import
    from game.lab.containers.runtime import ContainerRuntime  # noqa: PLC0415 - only who asks for containers pays for the import

    runtime = ContainerRuntime(stack, place, run)
    runtime.require()
    return Ground(
        name="docker",
        runtime=runtime,
        programs=with_clients(find_programs()),
        versions=tuple((program.name, program.version) for program in runtime.programs.found),
        checks=lambda _account: runtime.pieces.checker,
        launch=lambda log: ContainerLoad(log.parent.parent, log, runtime.pieces.spawner),
        loads=lambda _place, _pid: None,
        is_free=runtime.is_free,
        open_way=runtime.open_way,
        shadows=lambda _account: None,
    )


def _cluster(stack: Stack, place: Home, run: str) -> Ground:
    from game.lab.swarm.runtime import SwarmRuntime  # noqa: PLC0415 - only who asks for a cluster pays for the import

    runtime = SwarmRuntime(stack, place, run)
    runtime.require()
    return Ground(
        name="swarm",
        runtime=runtime,
        programs=with_clients(find_programs()),
        versions=runtime.versions(),
        checks=lambda _account: runtime.checker(),
        launch=runtime.load,
        loads=lambda _place, _pid: None,
        is_free=runtime.is_free,
        open_way=lambda _port: None,
        shadows=lambda _account: None,
    )


def with_clients(programs: Programs) -> Programs:
    """Name the servers' clients where this machine has none: whoever asks for one may sit where they are on PATH."""
    lacking = [name for name in CLIENTS if programs.get(name) is None]
    named = (Program(name=name, path=Path(name), version="", origin="PATH") for name in lacking)
    return replace(programs, found=(*programs.found, *named))


def _register(place: Place, pid: int) -> None:
    register(place.root, pid, "load")
