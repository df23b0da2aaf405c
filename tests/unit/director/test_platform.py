"""What dies is brought back with the clock standing still; what keeps dying makes the run void."""

from __future__ import annotations

import threading
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from game.core import events as fact
from game.core.stack import Service, ServiceKind, Stack
from game.director.clock import RunClock
from game.director.conductor import Conductor
from game.director.effects import Finish
from game.director.platform import MOST_REVIVALS, Platform
from game.errors import GroundLost, ServiceFailed
from tests.unit.director.scene import OPENED, STACK, MemoryWriter, exercise

if TYPE_CHECKING:
    from collections.abc import Callable

    from game.director.desk import Desk
    from game.director.stage import Stage


def service(name: str, kind: ServiceKind, *, optional: bool = False) -> Service:
    return Service(name=name, kind=kind, layer=name, ports=(), optional=optional)


SERVICES = (
    service("haproxy", ServiceKind.LOAD_BALANCER),
    service("redis", ServiceKind.CACHE),
    service("prometheus", ServiceKind.MONITORING, optional=True),
)


@dataclass
class Stub:
    """A stage: `dead` is what is dead now, `failing` what does not come back, `acts` everything that was done."""

    dead_now: list[str] = field(default_factory=list)
    failing: set[str] = field(default_factory=set)
    lost: set[str] = field(default_factory=set)
    acts: list[str] = field(default_factory=list)
    failure: ServiceFailed | None = None
    alarm: threading.Event = field(default_factory=threading.Event)
    drift: tuple[str, ...] = ()

    def trouble(self) -> str:
        return ""

    def dead(self) -> tuple[str, ...]:
        return tuple(self.dead_now)

    def act(self, name: str, action: str) -> None:
        self.acts.append(f"{action} {name}")
        if name in self.failing:
            raise ServiceFailed(f"{name} does not come up")
        if name in self.lost:
            raise GroundLost("the node 192.0.2.2 of the cluster is gone")
        self.dead_now.remove(name)

    def adopt(self) -> None:
        self.acts.append("adopt")

    def quiet(self) -> AbstractContextManager[None]:
        return nullcontext()

    def renew(self, begin: Callable[[], int]) -> None:
        self.acts.append("renew load")
        if "load" in self.failing:
            raise ServiceFailed("the load worker did not come up")
        self.failure = None
        begin()

    def set_origin(self, origin_ns: int) -> None:
        assert origin_ns > 0
        self.acts.append("origin")

    def drift_fields(self) -> tuple[str, ...]:
        return self.drift


@dataclass
class Watched:
    stub: Stub
    writer: MemoryWriter
    conductor: Conductor
    platform: Platform

    def kinds(self) -> list[str]:
        return [type(one.event).__name__ for one in self.writer.facts[1:]]


@pytest.fixture
def watched() -> Watched:
    stub, writer = Stub(), MemoryWriter()
    conductor = Conductor(exercise(), STACK, writer, RunClock())
    conductor.record(OPENED)
    stack = Stack(
        name="auth",
        services=SERVICES,
        cohorts=STACK.cohorts,
        objective=STACK.objective,
        requests_per_second=20,
    )
    stage: Any = SimpleNamespace(runtime=stub, load=stub, apply_path=stub, stack=stack)
    platform = Platform(
        cast("Stage", stage), conductor, cast("Desk", stub), lambda name: stub.acts.append(f"restored {name}")
    )
    return Watched(stub=stub, writer=writer, conductor=conductor, platform=platform)


def test_all_is_well(watched: Watched) -> None:
    watched.platform.look()
    assert watched.kinds() == []
    assert watched.stub.acts == []


def test_a_dead_server_is_started_again_and_nobodys_time_runs(watched: Watched) -> None:
    watched.stub.dead_now = ["redis"]
    watched.platform.look()
    assert watched.stub.acts == ["start redis", "restored redis", "origin"]
    assert watched.kinds() == ["ClockPaused", "ServiceDied", "ClockResumed"]
    assert not watched.conductor.clock.stands
    assert watched.conductor.glimpse().state.paused is None


def test_a_new_haproxy_is_adopted(watched: Watched) -> None:
    watched.stub.dead_now = ["haproxy"]
    watched.platform.look()
    assert watched.stub.acts == ["start haproxy", "adopt", "restored haproxy", "origin"]


def test_several_deaths_are_one_pause_and_the_load_comes_last(watched: Watched) -> None:
    watched.stub.dead_now = ["haproxy", "redis"]
    watched.stub.failure = ServiceFailed("the load worker died with status -9")
    watched.platform.look()
    assert watched.stub.acts[-1] == "renew load"
    assert watched.kinds() == [
        "ClockPaused", "ServiceDied", "ServiceDied", "ClockResumed", "LoadStarted", "ServiceDied",
    ]  # fmt: skip
    (paused,) = watched.writer.of(fact.ClockPaused)
    assert paused == fact.ClockPaused(reason="haproxy, redis, load died")


def test_what_may_be_missing_stays_away(watched: Watched) -> None:
    watched.stub.dead_now = ["prometheus", "auth-service"]
    watched.platform.look()
    assert watched.stub.acts == []


@pytest.mark.parametrize("name", ["redis", "load"])
def test_what_keeps_dying_makes_the_run_void(watched: Watched, name: str) -> None:
    hand = Hand(watched.conductor)
    watched.stub.failing = {name}
    for _ in range(MOST_REVIVALS + 2):
        watched.stub.dead_now = [name] if name != "load" else []
        watched.stub.failure = ServiceFailed("died") if name == "load" else None
        watched.platform.look()
        assert not watched.conductor.clock.stands
    watched.conductor.start(hand)
    assert watched.conductor.wait_for(lambda now: now.state.closed is not None, 10)
    watched.conductor.stop()
    (finish,) = hand.done
    assert finish.how == "void"
    assert f"{name} died {MOST_REVIVALS + 1} times" in finish.reason
    assert len(watched.writer.of(fact.ServiceDied)) == MOST_REVIVALS
    died = watched.writer.of(fact.ServiceDied)[0]
    assert isinstance(died, fact.ServiceDied)
    assert "could not be started again" in died.what


def test_ground_that_is_lost_makes_the_run_void_at_once(watched: Watched) -> None:
    hand = Hand(watched.conductor)
    watched.stub.lost = {"haproxy", "redis"}
    watched.stub.dead_now = ["haproxy", "redis"]
    watched.platform.look()
    assert watched.stub.acts == ["start haproxy", "origin"], "the others are not tried"
    watched.conductor.start(hand)
    assert watched.conductor.wait_for(lambda now: now.state.closed is not None, 10)
    watched.conductor.stop()
    (finish,) = hand.done
    assert (finish.how, finish.reason) == ("void", "the node 192.0.2.2 of the cluster is gone")


@dataclass
class Hand:
    conductor: Conductor
    done: list[Finish] = field(default_factory=list)

    def perform(self, effect: object) -> None:
        assert isinstance(effect, Finish)
        self.done.append(effect)
        self.conductor.record(fact.Closed(how=effect.how, reason=effect.reason))

    def failed(self, effect: object, error: Exception) -> None:
        raise AssertionError((effect, error))


def test_drift_is_recorded_when_it_changes(watched: Watched) -> None:
    for fields in ((), ("map differs",), ("map differs",), ("map differs", "server down"), (), ()):
        watched.stub.drift = fields
        watched.platform.look()
    assert watched.kinds() == ["DriftSeen", "DriftSeen", "DriftCleared"]


def test_the_watch_wakes_at_once_when_the_load_dies_and_ends_when_told(watched: Watched) -> None:
    watched.platform.start()
    watched.stub.failure = ServiceFailed("died")
    watched.stub.alarm.set()
    assert watched.conductor.wait_for(lambda now: bool(now.state.deaths), 10)
    watched.platform.stop()
    watched.platform.join(10)
    assert threading.active_count() == 1 or "platform-watch" not in {
        one.name for one in threading.enumerate()
    }


def test_a_watch_that_fails_breaks_the_run_aloud(watched: Watched) -> None:
    def fail() -> tuple[str, ...]:
        raise ZeroDivisionError("a bug")

    watched.stub.dead = fail  # type: ignore[method-assign] # a bug, put in on purpose
    watched.platform.start()
    watched.stub.alarm.set()
    with pytest.raises(Exception, match="a bug"):
        watched.conductor.wait_for(lambda _now: False, 10)
    watched.platform.join(10)
