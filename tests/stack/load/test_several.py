"""A load that several workers offer: it is the load that one would offer, and it fails as a whole."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import psutil
import pytest

from game.lab.load.pace import Pace, Schedule
from game.lab.runtime.waiting import until
from tests.stack.load.edge import STACK, plan

if TYPE_CHECKING:
    from collections.abc import Callable

    from game.core.outcome import Outcome
    from game.lab.load.plan import LoadPlan
    from tests.stack.load.edge import Edge, Loaded

pytestmark = pytest.mark.stack

HELLO = "    http-request return status 200 content-type text/plain string hello"
GONE_WITHIN_S = 10.0
SILENT_WITHIN_S = 10.0


def shared(edge: Edge, rate: float = 60.0) -> LoadPlan:
    return replace(plan(edge.target, rate=rate), workers=2)


def gaps_ms(outcomes: list[Outcome], user: int) -> list[int]:
    """Between one user's due requests."""
    due = sorted(outcome.started_ms for outcome in outcomes if outcome.user == user)
    return [later - earlier for earlier, later in pairwise(due)]


def workers_of(load: Loaded) -> list[psutil.Process]:
    return psutil.Process(load.driver.pid).children()


def test_everybody_offers_what_they_would_with_one_worker(edge: Callable[[str], Edge], load: Loaded) -> None:
    """Users, and when their requests are due, come from the seed alone."""
    offered = shared(edge(HELLO))
    load.driver.start(offered)
    load.heard.wait_for("300 requests", lambda: len(load.heard.outcomes) >= 300)
    processes = workers_of(load)
    load.driver.stop()
    assert len(processes) == 2
    told = load.heard.outcomes
    assert {one.user for one in told} == {user.number for user in offered.users}
    assert {one.cohort for one in told} == {cohort.name for cohort in STACK.cohorts}
    assert load.heard.reasons() == {"unsigned"}
    rate = offered.requests_per_second / len(offered.users)
    for user in offered.users:
        drawn = Random(f"{offered.seed}/schedule/{user.number}")  # noqa: S311 - a load
        schedule = Schedule(Pace(from_s=0.0, rate_per_user=rate), drawn)
        due = []
        for _ in range(100):
            due.append(schedule.due_s * 1000)
            schedule.advance()
        wanted = [later - earlier for earlier, later in pairwise(due)]
        found = gaps_ms(told, user.number)
        assert all(abs(one - other) <= 2 for one, other in zip(found, wanted, strict=False)), user


def test_what_is_planned_is_what_was_told(edge: Callable[[str], Edge], load: Loaded) -> None:
    load.driver.start(shared(edge(HELLO)))
    load.heard.wait_for("200 requests", lambda: len(load.heard.outcomes) >= 200)
    load.driver.stop()
    settled_ms = load.heard.batches[-1].settled_ms
    assert sum(batch.planned for batch in load.heard.batches) == sum(
        outcome.started_ms < settled_ms for outcome in load.heard.outcomes
    )
    moments = [batch.settled_ms for batch in load.heard.batches]
    assert moments == sorted(moments)


def silent(load: Loaded) -> int:
    """Wait until nothing has been sent for a second: how many requests there were by then."""
    count = -1
    deadline = time.monotonic() + SILENT_WITHIN_S
    while count != (count := len(load.heard.outcomes)):
        assert time.monotonic() < deadline, "somebody goes on sending"
        time.sleep(1.0)  # silence is what is looked for: there is nothing to wait for but time
    return count


def test_the_rate_and_the_clocks_origin_reach_all_workers(edge: Callable[[str], Edge], load: Loaded) -> None:
    offered = shared(edge(HELLO))
    load.driver.start(offered)
    load.heard.wait_for("60 requests", lambda: len(load.heard.outcomes) >= 60)
    load.driver.set_rate(0)
    before = silent(load)
    load.driver.set_origin(time.monotonic_ns())
    load.driver.set_rate(120)
    load.heard.wait_for("100 more", lambda: len(load.heard.outcomes) >= before + 100)
    later = load.heard.outcomes[before:]
    assert {one.user for one in later} == {user.number for user in offered.users}
    assert max(one.started_ms for one in later) < 10_000


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP])
def test_a_worker_that_is_lost_is_the_whole_loads_failure(
    edge: Callable[[str], Edge], load: Loaded, how: signal.Signals
) -> None:
    load.driver.start(shared(edge(HELLO)))
    load.heard.wait_for("40 requests", lambda: len(load.heard.outcomes) >= 40)
    both = workers_of(load)
    both[0].send_signal(how)
    load.heard.wait_for_failure()
    assert "one of 2 workers" in str(load.heard.failures[0])
    assert not _alive(both)


def test_nothing_outlives_a_killed_master(edge: Callable[[str], Edge], load: Loaded) -> None:
    load.driver.start(shared(edge(HELLO)))
    load.heard.wait_for("40 requests", lambda: len(load.heard.outcomes) >= 40)
    both = workers_of(load)
    os.kill(load.driver.pid, signal.SIGKILL)
    assert not _alive(both)


def test_only_the_run_itself_can_reach_the_master(edge: Callable[[str], Edge], load: Loaded) -> None:
    """Its servers and operators share its loopback: no port there, and no name of a socket either."""
    load.driver.start(shared(edge(HELLO)))
    load.heard.wait_for("40 requests", lambda: len(load.heard.outcomes) >= 40)
    master = psutil.Process(load.driver.pid)
    for process in (master, *master.children()):
        listening = [one for one in process.net_connections("inet") if one.status == psutil.CONN_LISTEN]
        assert listening == []
    names = [str(one.laddr) for one in master.net_connections("unix")]
    assert not [name for name in names if name and Path(name).exists()]
    assert not [name for name in names if name.startswith("@")], "an abstract one is everybody's"


def test_what_workers_have_on_disk_goes_with_the_run(
    edge: Callable[[str], Edge], load: Loaded, folder: Path
) -> None:
    """Whatever kills them, and were it while they are only coming together."""
    load.driver.start(shared(edge(HELLO)))
    assert until(lambda: any(folder.glob("load-*/")), GONE_WITHIN_S)
    load.heard.wait_for("40 requests", lambda: len(load.heard.outcomes) >= 40)
    assert not any(folder.glob("load-*/"))


def _alive(processes: list[psutil.Process]) -> list[psutil.Process]:
    _, alive = psutil.wait_procs(processes, timeout=GONE_WITHIN_S)
    return [one for one in alive if one.status() != psutil.STATUS_ZOMBIE]
