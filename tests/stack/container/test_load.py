"""A load that several workers offer, in its container: it fits into its bounds, and opens nothing to the team."""

# ruff: noqa: T201 - what was found is there to be printed

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

import pytest

from game.catalog.stack import load_stack
from game.lab.containers.load import ContainerLoad
from game.lab.data import stacks_dir
from game.lab.load.driver import LoadDriver
from game.lab.load.plan import Target
from tests.stack.container.looking import inspected, read
from tests.stack.load.edge import Heard, plan

if TYPE_CHECKING:
    from collections.abc import Callable

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
    runtime, place, heard = cast("ContainerRuntime", made.runtime), made.place, Heard()
    run = place.root.name
    haproxy = inspected(engine, run)["haproxy"]["Id"]
    before = listening(engine, haproxy)
    edge, keys = place.endpoint("haproxy.edge"), runtime.certificates
    target = Target(
        address=edge.host, port=edge.port, ca=str(keys.ca), public_key=keys.verifying_key.read_text()
    )
    driver = LoadDriver(
        on_batch=heard.batch,
        on_failure=heard.failure,
        log=place.logs / "load.log",
        launch=lambda log: ContainerLoad(place.root, log, runtime.pieces.spawner),
    )
    try:
        stack = load_stack(stacks_dir() / "auth")
        driver.start(replace(plan(target, rate=40, stack=stack), workers=2))
        heard.wait_for("300 requests", lambda: len(heard.outcomes) >= 300)
        load = inspected(engine, run)["load"]["Id"]
        tasks = [read(engine, load, path).strip() for path in TASKS]
        assert listening(engine, haproxy) == before, "a port would be open to the team"
    finally:
        driver.stop()
    right = [outcome for outcome in heard.outcomes if outcome.ok]
    print(f"{len(right)} of {len(heard.outcomes)} right, tasks in the container: {tasks}")
    assert len(right) > 0.9 * len(heard.outcomes)
    assert {outcome.user for outcome in heard.outcomes} == set(range(stack.users))
    assert heard.failures == []
