"""The monitor: facts in one order whoever asks, effects once, and a run that cannot go on says so to everybody."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from game.core import events as fact
from game.director.clock import RunClock
from game.director.conductor import Conductor, Rules
from game.director.effects import InjectFault
from game.director.requests import Acknowledge, Diagnose, Quit, TakeHint, WriteNote
from game.errors import Refused
from tests.unit.director.conducting import BY, WITHIN_S, Run, Stagehand, all_at_once, paged, until
from tests.unit.director.scene import (
    CLOSED,
    GUILTY,
    OPENED,
    STACK,
    STARTED,
    STEADY,
    MemoryWriter,
    exercise,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


def test_facts_are_numbered_in_one_order_whoever_records(run: Run) -> None:
    all_at_once(
        lambda number: [run.conductor.ask(WriteNote(by=BY, text=f"{number}.{n}")) for n in range(25)], 8
    )
    events = run.conductor.events()
    assert [one.seq for one in events] == list(range(1, 202))
    assert list(events) == run.writer.facts
    assert len(run.writer.of(fact.NoteWritten)) == 200
    times = [one.at_ms for one in events]
    assert times == sorted(times)


def test_only_one_of_many_acknowledges(run: Run) -> None:
    paged(run)
    results = all_at_once(lambda _: run.conductor.ask(Acknowledge(by=BY)), 12)
    assert len(run.writer.of(fact.Acknowledged)) == 1
    assert sum(isinstance(result, Refused) for result in results) == 11


def test_every_hint_is_sold_once(run: Run) -> None:
    paged(run)
    results = all_at_once(lambda _: run.conductor.ask(TakeHint(by=BY)), 10)
    assert [event.hint for event in run.writer.of(fact.HintTaken) if isinstance(event, fact.HintTaken)] == [
        1,
        2,
    ]
    assert sum(isinstance(result, Refused) for result in results) == 8


def test_a_diagnosis_sent_twice_is_recorded_once(run: Run) -> None:
    paged(run)
    diagnosis = Diagnose(
        by=BY, id="same", component="haproxy", mechanism="m", change=GUILTY, share=0.3, cohort="all"
    )
    results = all_at_once(lambda _: run.conductor.ask(diagnosis), 6)
    assert len(run.writer.of(fact.DiagnosisSubmitted)) == 1
    assert not any(isinstance(result, Refused) for result in results)
    others = all_at_once(lambda number: run.conductor.ask(replace(diagnosis, id=str(number))), 9)
    assert len(run.writer.of(fact.DiagnosisSubmitted)) == 4
    assert sum(isinstance(result, Refused) for result in others) == 6


def test_the_run_ends_once_however_many_end_it(run: Run) -> None:
    hand = Stagehand(then=lambda _effect: run.conductor.record(CLOSED))
    run.at(STARTED).conductor.start(hand)
    results = all_at_once(lambda number: run.conductor.ask(Quit(by=BY, reason=str(number))), 8)
    run.conductor.end("void", "and once more")
    assert run.conductor.wait_for(lambda now: now.state.closed is not None, WITHIN_S)
    run.conductor.end("void", "and once more")
    assert sum(isinstance(result, Refused) for result in results) == 7
    assert len(hand.done) == 1
    assert len(run.writer.of(fact.Closed)) == 1


def test_the_ticker_injects_once_though_injecting_takes_long(run: Run) -> None:
    slow = threading.Event()
    hand = Stagehand(then=lambda _effect: slow.wait(WITHIN_S))
    run.at(STARTED, STEADY).conductor.start(hand)
    until(lambda: hand.done, "the injection")
    # Three more ticks pass while the injection is under way.
    threading.Event().wait(0.35)
    assert hand.done == [InjectFault(fault=0)]
    assert len(run.writer.of(fact.FaultArmed)) == 1
    slow.set()


def test_nothing_is_due_while_the_clock_stands(run: Run) -> None:
    hand = Stagehand()
    run.at(STARTED, STEADY).conductor.pause()
    run.conductor.start(hand)
    threading.Event().wait(0.3)
    assert hand.done == []
    run.conductor.resume()
    until(lambda: hand.done, "the injection")


def test_waiting_ends_when_the_time_is_over_or_the_condition_holds(run: Run) -> None:
    assert not run.conductor.wait_for(lambda now: bool(now.state.notes), 0.01)
    timer = threading.Timer(0.02, lambda: run.conductor.ask(WriteNote(by=BY, text="a")))
    timer.start()
    assert run.conductor.wait_for(lambda now: bool(now.state.notes), WITHIN_S)
    timer.join()


def test_signals_are_kept_out_while_recording() -> None:
    order: list[str] = []

    @contextmanager
    def shield() -> Iterator[None]:
        order.append("up")
        yield
        order.append("down")

    class Watching(MemoryWriter):
        def append(self, events: tuple[tuple[int, int, fact.Event], ...]) -> tuple[fact.Recorded, ...]:
            order.append("append")
            return super().append(events)

    conductor = Conductor(exercise(), STACK, Watching(), RunClock(), Rules(shield=shield))
    conductor.record(OPENED)
    assert order == ["up", "append", "down"]
