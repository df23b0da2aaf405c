"""Whatever server dies by itself, the run goes on with its clock standing still meanwhile; too often, and it is void."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from game.core.events import ClockPaused, ClockResumed, ImpactDetected, LoadSampled, Paged, ServiceDied
from game.director.order import Order
from game.director.performance import open_performance
from game.director.platform import MOST_REVIVALS
from game.lab.register import registered
from tests.stack.game.traces import left

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from game.director.performance import Performance

pytestmark = pytest.mark.stack

STEADY_S = 120.0
BACK_S = 60.0
STEP_S = 0.05
# Longer than any test: the fault is held back, so whatever hits users is what died.
CALM_MS = 3_600_000


@pytest.fixture(scope="module")
def performance(warm_home: Path) -> Iterator[Performance]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DANCEOFF_HOME", str(warm_home))
        opened = open_performance(Order(code="macarena", seed=1, calm_ms=CALM_MS), lambda _step: None)
        try:
            assert opened.wait_until_steady(STEADY_S)
            yield opened
        finally:
            opened.close("aborted", "the test is over")
        assert left(opened.root) == []


def pid_of(performance: Performance, what: str) -> int:
    if what == "haproxy's worker":
        master = pid_of(performance, "haproxy")
        return int(subprocess.check_output(["pgrep", "-P", str(master)], text=True, timeout=10).split()[0])
    return [entry.pid for entry in registered(performance.root) if entry.what == what][-1]


def until(holds: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + BACK_S
    while not holds():
        assert time.monotonic() < deadline, f"waited for {what} in vain"
        time.sleep(STEP_S)


def served_again(performance: Performance, since: int) -> bool:
    """Whether a whole second of load came after fact `since` in which nobody was in limbo and all were answered."""
    samples = [one.event for one in performance.conductor.events(since) if isinstance(one.event, LoadSampled)]
    return len(samples) >= 2 and samples[-1].limbo == 0 and samples[-1].bad == 0 < samples[-1].offered


@pytest.mark.parametrize(
    ("what", "service"),
    [
        ("load", "load"),
        ("haproxy", "haproxy"),
        ("haproxy's worker", "haproxy"),
        ("auth2", "auth2"),
        ("postgres", "postgres"),
        ("redis", "redis"),
        ("toxiproxy", "toxiproxy"),
        ("auth-service", "auth1"),
    ],
)
def test_what_is_killed_comes_back_and_users_are_served(
    what: str, service: str, performance: Performance
) -> None:
    conductor = performance.conductor
    before = len(conductor.events())
    paused_before = len([one for one in conductor.events() if isinstance(one.event, ClockPaused)])
    os.kill(pid_of(performance, what), signal.SIGKILL)
    until(
        lambda: any(
            isinstance(one.event, ServiceDied) and one.event.service == service
            for one in conductor.events(before)
        ),
        f"the death of {what} to be noticed",
    )
    until(lambda: not conductor.clock.stands, "the clock to go on")
    noticed = len(conductor.events())
    until(lambda: served_again(performance, noticed), f"users to be served after {what}")
    died = [one.event for one in conductor.events(before) if isinstance(one.event, ServiceDied)]
    assert all("was started again" in event.what for event in died), died
    events = conductor.events()
    paused = [one for one in events if isinstance(one.event, ClockPaused)]
    resumed = [one for one in events if isinstance(one.event, ClockResumed)]
    assert len(paused) == len(resumed) > paused_before
    assert conductor.broken is None
    assert performance.view().closed == ""


def test_the_clock_did_not_count_the_time_that_was_lost(performance: Performance) -> None:
    events = performance.conductor.events()
    for pause in (one for one in events if isinstance(one.event, ClockPaused)):
        after = next(one for one in events[pause.seq :] if isinstance(one.event, ClockResumed))
        assert after.at_ms == pause.at_ms
        assert after.wall_ms > pause.wall_ms
    samples = [one.event for one in events if isinstance(one.event, LoadSampled)]
    assert [sample.from_ms for sample in samples] == sorted({sample.from_ms for sample in samples})


def test_red_herrings_are_put_back_when_toxiproxy_forgets_them(performance: Performance) -> None:
    wanted = [herring.toxic for herring in performance.exercise.red_herrings if herring.toxic]
    there = {toxic.kind for proxy in performance.stage.toxics.proxies() for toxic in proxy.toxics}
    assert wanted
    assert {toxic.toxic for toxic in wanted} == there


def test_no_death_was_taken_for_an_incident_before_there_was_one(performance: Performance) -> None:
    """A false onset or page would stand in every debrief; the state before a fault counts neither."""
    state = performance.conductor.glimpse().state
    assert state.impact is None
    assert state.page is None
    told = [
        one.event for one in performance.conductor.events() if isinstance(one.event, ImpactDetected | Paged)
    ]
    assert len(told) <= 2 * MOST_REVIVALS


def test_a_load_that_keeps_dying_makes_the_run_void(performance: Performance) -> None:
    conductor = performance.conductor
    while conductor.glimpse().state.closed is None:
        pid = performance.stage.load.pid
        if pid and not conductor.clock.stands:
            before = len([one for one in conductor.events() if isinstance(one.event, ServiceDied)])
            os.kill(pid, signal.SIGKILL)
            until(
                lambda before=before: (  # type: ignore[misc] # mypy takes the default for a parameter
                    conductor.glimpse().state.closed is not None
                    or len([one for one in conductor.events() if isinstance(one.event, ServiceDied)]) > before
                ),
                "the load to be replaced",
            )
        time.sleep(STEP_S)
    closed = conductor.glimpse().state.closed
    assert closed is not None
    assert closed.event.how == "void"
    assert "load died" in closed.event.reason
