"""A load that several workers offer, in its container: it fits into its bounds, and opens nothing to the team."""

# ruff: noqa: T201 - what was found is there to be printed

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest

from game.lab.containers.load import ContainerLoad
from tests.stack.container.looking import inspected, read
from tests.stack.load.shared import two_workers

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from game.lab.containers.engine import Engine
    from game.lab.containers.runtime import ContainerRuntime
    from tests.stack.runtime.contract import Made

pytestmark = pytest.mark.stack

LISTENS = "0A"
# Where the kernel counts them, in its older and in its newer way.
TASKS = ("/sys/fs/cgroup/pids/pids.current", "/sys/fs/cgroup/pids.current")


def listening(engine: Engine, container: str) -> set[str]:
    """The addresses on which anybody listens in the network that the team's containers share."""
    lines = [line.split() for line in read(engine, container, "/proc/net/tcp").splitlines()[1:]]
    return {words[1] for words in lines if words[3] == LISTENS}


def test_two_workers_serve_everybody_and_nobody_can_join_them(
    make: Callable[[], Made], engine: Engine
) -> None:
    made = make().up()
    runtime, place = cast("ContainerRuntime", made.runtime), made.place
    run = place.root.name
    haproxy = inspected(engine, run)["haproxy"]["Id"]
    before = listening(engine, haproxy)

    def launch(log: Path) -> ContainerLoad:
        return ContainerLoad(place.root, log, runtime.pieces.spawner)

    with two_workers(place, runtime.certificates, launch) as heard:
        load = inspected(engine, run)["load"]["Id"]
        print(f"tasks in the container: {[read(engine, load, path).strip() for path in TASKS]}")
        assert listening(engine, haproxy) == before, "a port would be open to the team"
    print(f"{len(heard.outcomes)} requests")
