"""The load against the whole stack: everything right while it is healthy, and told apart when it is not."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest

from game.catalog.stack import load_stack
from game.core.outcome import Operation
from game.core.roster import roster
from game.lab.data import stacks_dir
from game.lab.load.plan import Target
from game.lab.load.probe import probe
from game.lab.runtime.processes import ProcessRuntime
from tests.stack.load.edge import elsewhere, free_port, plan
from tests.stack.runtime.live import fill_live

if TYPE_CHECKING:
    from collections.abc import Iterator

    from game.core.roster import User
    from game.core.stack import Stack
    from game.lab.home import Home
    from tests.stack.load.edge import Loaded

pytestmark = pytest.mark.stack


@dataclass(frozen=True, slots=True)
class Whole:
    stack: Stack
    runtime: ProcessRuntime
    target: Target

    def user(self, cohort: str) -> User:
        return next(user for user in roster(self.stack, 1) if user.cohort == cohort)


@pytest.fixture(scope="module")
def whole(open_home: Home) -> Iterator[Whole]:
    stack = load_stack(stacks_dir() / "auth")
    runtime = ProcessRuntime(stack, open_home, f"load{os.urandom(4).hex()}")
    try:
        place = runtime.prepare()
        fill_live(place)
        runtime.up(lambda _step: None)
        edge = place.endpoint("haproxy.edge")
        keys = runtime.certificates
        yield Whole(
            stack,
            runtime,
            Target(
                address=edge.host,
                port=edge.port,
                ca=str(keys.ca),
                public_key=keys.verifying_key.read_text(),
            ),
        )
    finally:
        runtime.down()


@pytest.mark.parametrize("workers", [1, 2])
def test_every_kind_of_user_is_served(whole: Whole, load: Loaded, workers: int) -> None:
    load.driver.start(replace(plan(whole.target, rate=40, stack=whole.stack), workers=workers))
    load.heard.wait_for("400 requests", lambda: len(load.heard.outcomes) >= 400)
    load.driver.stop()
    # On a machine that is too busy, requests are late and health checks fail; whatever else is wrong is our fault.
    late = {"", "not-sent", "timeout", "status-503", "status-401"}
    wrong = Counter(outcome.reason for outcome in load.heard.outcomes if outcome.reason not in late)
    assert wrong == {}
    right = [outcome for outcome in load.heard.outcomes if outcome.ok]
    assert len(right) > 0.9 * len(load.heard.outcomes)
    assert {outcome.cohort for outcome in right} == {cohort.name for cohort in whole.stack.cohorts}
    assert {outcome.operation for outcome in right} == set(Operation)


@pytest.mark.parametrize("cohort", ["web", "nat", "mobile", "ipv6", "bigcookie", "tenant", "longpw", "saml"])
def test_a_probe_walks_as_each_kind_of_user(whole: Whole, cohort: str) -> None:
    kind = next(each for each in whole.stack.cohorts if each.name == cohort)
    result = probe(whole.target, kind, whole.user(cohort))
    assert [(step.operation, step.status, step.reason) for step in result.steps] == [
        (Operation.LOGIN, 200, ""),
        (Operation.SESSION, 200, ""),
        (Operation.REFRESH, 200, ""),
    ]
    assert result.ok
    assert result.connected
    assert result.connected.protocol == "TLSv1.3"
    assert result.host in result.connected.certificate
    assert result.steps[-1].server.startswith("a") == (kind.client == "browser")


def test_a_probe_of_an_old_client_speaks_an_old_protocol(whole: Whole) -> None:
    kind = next(each for each in whole.stack.cohorts if each.name == "tls12")
    result = probe(whole.target, kind, whole.user("tls12"))
    assert result.ok
    assert result.connected
    assert result.connected.protocol == "TLSv1.2"


def test_a_probe_of_nothing_says_what_happened(whole: Whole) -> None:
    result = probe(elsewhere(whole.target, free_port()), whole.stack.cohorts[0], whole.user("web"))
    assert [(step.status, step.reason) for step in result.steps] == [(0, "refused")]
    assert result.connected is None
    assert not result.ok


def test_users_whose_replicas_are_gone_are_told_as_bad(whole: Whole, load: Loaded) -> None:
    for name in ("auth1", "auth2", "auth3", "auth4"):
        whole.runtime.act(name, "stop")
    load.driver.start(plan(whole.target, rate=40, stack=whole.stack))
    load.heard.wait_for("100 requests", lambda: len(load.heard.outcomes) >= 100)
    assert load.heard.reasons() <= {"status-503", "timeout", "not-sent"}
    assert "status-503" in load.heard.reasons()
