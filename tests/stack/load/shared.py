"""A load of two workers against a whole stack, wherever its worker program runs."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from game.catalog.stack import load_stack
from game.lab.data import stacks_dir
from game.lab.load.driver import LoadDriver
from game.lab.load.plan import Target
from tests.stack.load.edge import Heard, plan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from game.lab.certificates import Certificates
    from game.lab.load.driver import WorkerProgram
    from game.lab.places import Place


@contextmanager
def two_workers(place: Place, keys: Certificates, launch: Callable[[Path], WorkerProgram]) -> Iterator[Heard]:
    """Offer it until 300 requests were told; afterwards nearly all of them, of every user, have to have been right."""
    edge, heard = place.endpoint("haproxy.edge"), Heard()
    target = Target(
        address=edge.host, port=edge.port, ca=str(keys.ca), public_key=keys.verifying_key.read_text()
    )
    driver = LoadDriver(
        on_batch=heard.batch, on_failure=heard.failure, log=place.logs / "load.log", launch=launch
    )
    stack = load_stack(stacks_dir() / "auth")
    try:
        driver.start(replace(plan(target, rate=40, stack=stack), workers=2))
        heard.wait_for("300 requests", lambda: len(heard.outcomes) >= 300)
        yield heard
    finally:
        driver.stop()
    right = [outcome for outcome in heard.outcomes if outcome.ok]
    assert len(right) > 0.9 * len(heard.outcomes)
    assert {outcome.user for outcome in heard.outcomes} == set(range(stack.users))
    assert heard.failures == []
