"""Runs that are played beside others: held back, halted, extended, told things."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from game.core import events as fact
from game.core.run import MINUTE_MS
from game.director.answers import answer
from game.director.clock import RunClock
from game.director.conductor import Conductor, Rules
from game.director.due import due
from game.director.effects import Finish, InjectFault
from game.director.gate import Gate
from game.director.requests import Acknowledge, Look, Quit, WriteNote
from game.director.situation import Decision, require_going
from game.errors import Refused
from tests.unit.director.scene import ARMED, OPENED, STACK, MemoryWriter, exercise, situation, without
from tests.unit.director.test_platform import Watched, watched

__all__ = ["watched"]
HALTED = replace(situation("paged"), halted="coffee")


def test_a_fault_waits_for_its_gate_and_for_no_longer() -> None:
    steady = situation("steady", at_ms=20_000)
    assert due(replace(steady, held_back=True)) == Decision()
    assert due(steady).events == (ARMED,)
    # Once it is armed it comes, whatever the gate says.
    assert due(replace(situation("armed"), held_back=True)) == Decision()


def test_the_conductor_asks_its_gate() -> None:
    open_now = threading.Event()
    rules = Rules(gate=Gate(lifted=open_now.is_set))
    conductor = Conductor(exercise(), STACK, MemoryWriter(), RunClock(), rules)
    conductor.record(OPENED)
    assert conductor._situation().held_back
    open_now.set()
    assert not conductor._situation().held_back


def test_nobody_acts_while_the_clock_stands_on_purpose() -> None:
    with pytest.raises(Refused, match="the clock stands: coffee"):
        answer(HALTED, Acknowledge(by="x"))
    with pytest.raises(Refused, match="coffee"):
        require_going(HALTED)
    require_going(situation("paged"))
    for request in (
        WriteNote(by="x", text="y"),
        Look(by="x", layer="haproxy", instrument="log"),
        Quit(by="x", reason=""),
    ):
        answer(HALTED, request)


def test_a_halt_stops_the_clock_and_the_desk_until_it_is_over(watched: Watched) -> None:
    watched.platform.halt("coffee")
    watched.platform.halt("tea")
    assert watched.conductor.clock.stands
    assert watched.conductor.glimpse().state.paused == "coffee"
    with pytest.raises(Refused, match="coffee"):
        watched.conductor.require_open()
    watched.platform.go_on()
    watched.platform.go_on()
    watched.conductor.require_open()
    assert watched.conductor.glimpse().state.paused is None
    assert watched.kinds() == ["ClockPaused", "ClockResumed"]
    assert watched.stub.acts == ["origin"]


def test_what_is_revived_during_a_halt_does_not_end_it(watched: Watched) -> None:
    watched.platform.halt("coffee")
    watched.stub.dead_now = ["redis"]
    watched.platform.look()
    assert watched.conductor.clock.stands
    assert watched.kinds() == ["ClockPaused", "ClockPaused", "ServiceDied"]
    watched.platform.go_on()
    assert watched.kinds()[-1] == "ClockResumed"
    assert watched.conductor.glimpse().state.paused is None


def test_more_time_moves_the_end_and_nothing_that_was_earned() -> None:
    more = fact.TimeExtended(minutes=5, reason="they were late")
    plain = situation("acknowledged", of=without(exercise()))
    longer = situation("acknowledged", more, of=without(exercise()))
    assert plain.state.ends_at_ms is not None
    assert longer.state.ends_at_ms == plain.state.ends_at_ms + 5 * MINUTE_MS
    assert longer.state.limit_at_ms == plain.state.limit_at_ms
    assert any(isinstance(one, Finish) for one in due(replace(plain, at_ms=plain.state.ends_at_ms)).effects)
    assert due(replace(longer, at_ms=plain.state.ends_at_ms)) == Decision()
    (finish,) = due(replace(longer, at_ms=longer.state.ends_at_ms)).effects
    assert isinstance(finish, Finish)
    assert finish.reason == "15 minutes are over"


def test_an_inject_takes_the_place_of_no_message_of_the_exercise() -> None:
    inject = fact.MessageReceived(sender="facilitator", text="the press is asking", inject=True)
    now = situation("acknowledged", inject, at_ms=25_000)
    assert now.progress.messages == 0
    assert [message.event.text for message in now.state.messages] == ["the press is asking"]
    said = [event for event in due(now).events if isinstance(event, fact.MessageReceived)]
    assert [event.text for event in said] == ["and?"]


def test_the_first_fault_is_the_one_that_waits() -> None:
    assert InjectFault(fault=0) in due(situation("steady", at_ms=20_000)).effects
