"""The monitor: facts in one order whoever asks, effects once, and a run that cannot go on says so to everybody."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pytest

from game.core import events as fact
from game.core.outcome import LoadBatch, Operation, Outcome
from game.director.clock import RunClock
from game.director.conductor import Conductor, Rules
from game.director.effects import Effect, Finish, InjectFault
from game.director.requests import Acknowledge, Diagnose, Quit, TakeHint, WriteNote
from game.errors import DanceoffError, PlatformError, Refused, StorageFailed
from tests.unit.director.scene import (
    ARMED,
    CLOSED,
    GUILTY,
    IMPACT,
    INJECTED,
    OPENED,
    PAGED,
    STACK,
    STARTED,
    STEADY,
    MemoryWriter,
    exercise,
    without,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BY = "trainee"
WITHIN_S = 60.0


@dataclass
class Stagehand:
    """Carries out effects by writing them down; `then` is what comes of them."""

    then: Callable[[Effect], object] = lambda _effect: None
    done: list[Effect] = field(default_factory=list)
    failures: list[tuple[Effect, DanceoffError]] = field(default_factory=list)

    def perform(self, effect: Effect) -> None:
        self.done.append(effect)
        self.then(effect)

    def failed(self, effect: Effect, error: DanceoffError) -> None:
        self.failures.append((effect, error))


@dataclass
class Run:
    writer: MemoryWriter
    conductor: Conductor

    def at(self, *events: fact.Event) -> Run:
        for event in events:
            self.conductor.record(event)
        return self


@pytest.fixture
def run() -> Iterator[Run]:
    writer = MemoryWriter()
    made = Run(writer=writer, conductor=Conductor(without(exercise()), STACK, writer, RunClock()))
    yield made.at(OPENED)
    made.conductor.stop()


def paged(run: Run) -> Run:
    return run.at(STARTED, STEADY, ARMED, INJECTED, IMPACT, PAGED)


def until(holds: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + WITHIN_S
    while not holds():
        assert time.monotonic() < deadline, f"waited for {what} in vain"
        time.sleep(0.002)


def all_at_once(what: Callable[[int], object], times: int) -> list[object]:
    """Call it from as many threads, and give what came of each call."""
    results: list[object] = [None] * times
    ready = threading.Barrier(times)

    def one(number: int) -> None:
        ready.wait(WITHIN_S)
        try:
            results[number] = what(number)
        except Refused as refused:
            results[number] = refused

    threads = [threading.Thread(target=one, args=(number,)) for number in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WITHIN_S)
    return results


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


def test_a_failed_effect_is_told_and_the_next_one_is_carried_out(run: Run) -> None:
    def fail_first(effect: Effect) -> None:
        if isinstance(effect, InjectFault):
            raise PlatformError("haproxy does not answer")

    hand = Stagehand(then=fail_first)
    run.at(STARTED, STEADY).conductor.start(hand)
    until(lambda: hand.failures, "the failure")
    run.conductor.end("void", "over")
    until(lambda: len(hand.done) == 2, "the end")
    assert isinstance(hand.done[1], Finish)
    assert run.conductor.broken is None


def test_an_effect_that_fails_in_an_unforeseen_way_is_the_platforms_fault(run: Run) -> None:
    def fail(_effect: Effect) -> None:
        raise OSError(28, "No space left on device")

    hand = Stagehand(then=fail)
    run.at(STARTED, STEADY).conductor.start(hand)
    until(lambda: hand.failures, "the failure")
    assert isinstance(hand.failures[0][1], PlatformError)
    assert "No space left" in str(hand.failures[0][1])


def test_a_run_that_cannot_even_be_closed_breaks(run: Run) -> None:
    class Helpless(Stagehand):
        def failed(self, effect: Effect, error: DanceoffError) -> None:
            del effect
            raise error

    def fail(_effect: Effect) -> None:
        raise ZeroDivisionError("a bug")

    run.at(STARTED, STEADY).conductor.start(Helpless(then=fail))
    with pytest.raises(PlatformError, match="a bug"):
        run.conductor.wait_for(lambda _now: False, WITHIN_S)


def test_a_journal_that_fails_is_told_to_who_asks_and_who_waits(run: Run) -> None:
    waiting: list[Exception] = []

    def wait() -> None:
        try:
            run.conductor.wait_for(lambda _now: False, WITHIN_S)
        except StorageFailed as error:
            waiting.append(error)

    thread = threading.Thread(target=wait)
    thread.start()
    run.writer.failure = StorageFailed("the disk is full", hint="free some space")
    with pytest.raises(StorageFailed, match="full"):
        run.conductor.ask(WriteNote(by=BY, text="lost"))
    thread.join(WITHIN_S)
    assert len(waiting) == 1
    assert run.conductor.broken is run.writer.failure
    assert len(run.conductor.events()) == 1
    assert run.conductor.glimpse().state.notes == ()


def test_the_ticker_and_the_loads_thread_survive_a_full_disk(run: Run) -> None:
    run.conductor.load_starts()
    run.at(STEADY)
    run.writer.failure = StorageFailed("the disk is full")
    run.conductor.start(Stagehand())
    with pytest.raises(StorageFailed):
        run.conductor.wait_for(lambda _now: False, WITHIN_S)
    run.conductor.load_arrived(batch(5_000))
    run.writer.failure = None
    assert run.conductor.record(CLOSED)


def by_hand(monkeypatch: pytest.MonkeyPatch) -> tuple[list[float], MemoryWriter, Conductor]:
    """A run without faults whose clock's seconds the test moves."""
    now_s = [100.0]
    monkeypatch.setattr("game.director.clock.time.monotonic", lambda: now_s[0])
    writer = MemoryWriter()
    return now_s, writer, Conductor(without(exercise()), STACK, writer, RunClock())


def batch(settled_ms: int) -> LoadBatch:
    outcome = Outcome(
        started_ms=settled_ms - 10, took_ms=5, user=1, cohort="web", operation=Operation.LOGIN, ok=True
    )
    return LoadBatch(settled_ms=settled_ms, planned=1, outcomes=(outcome,))


def test_load_counts_only_while_the_clock_goes_and_only_from_the_past(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now_s, writer, conductor = by_hand(monkeypatch)
    conductor.load_arrived(batch(10))
    conductor.load_starts()
    now_s[0] += 2.5
    conductor.load_arrived(batch(1_100))
    conductor.load_arrived(batch(2_100))
    assert len(writer.of(fact.LoadSampled)) == 2
    conductor.pause()
    now_s[0] += 3
    conductor.load_arrived(batch(2_400))
    conductor.resume()
    # Stamped by a worker that does not know yet how long the clock stood.
    conductor.load_arrived(batch(5_400))
    assert len(writer.of(fact.LoadSampled)) == 2
    now_s[0] += 1
    conductor.load_arrived(batch(3_100))
    third = writer.of(fact.LoadSampled)[2]
    assert isinstance(third, fact.LoadSampled)
    assert (third.from_ms, third.offered) == (2_000, 1)


def test_nothing_is_observed_after_the_close(run: Run) -> None:
    run.conductor.load_starts()
    run.at(CLOSED)
    before = len(run.writer.facts)
    run.conductor.load_arrived(batch(0))
    assert len(run.writer.facts) == before


def test_what_happens_to_users_while_the_run_is_judged_counts_for_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now_s, writer, conductor = by_hand(monkeypatch)
    conductor.load_starts()
    now_s[0] += 3.5
    conductor.load_arrived(batch(1_100))
    assert len(writer.of(fact.LoadSampled)) == 1
    conductor.end("resolved", "declared resolved after recovery")
    conductor.load_arrived(batch(2_100))
    assert len(writer.of(fact.LoadSampled)) == 1


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
