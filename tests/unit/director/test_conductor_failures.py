"""What becomes of a run when an effect fails, or its journal."""

from __future__ import annotations

import threading

import pytest

from game.director.effects import Effect, Finish, InjectFault
from game.director.requests import WriteNote
from game.errors import DanceoffError, PlatformError, StorageFailed
from tests.unit.director.conducting import BY, WITHIN_S, Run, Stagehand, batch, until
from tests.unit.director.scene import (
    CLOSED,
    STARTED,
    STEADY,
)


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
