from __future__ import annotations

import os
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

import pytest

from game.core.outcome import LoadBatch, Operation, Outcome
from game.lab.load.telemetry import Pipe, RunClock, Telemetry
from game.lab.load.wire import decode_report

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(slots=True)
class Ends:
    read: int
    write: int

    def batches(self) -> list[LoadBatch]:
        """Everything that has been written so far."""
        os.set_blocking(self.read, False)
        text = b""
        try:
            while chunk := os.read(self.read, 1 << 20):
                text += chunk
        except BlockingIOError:
            pass
        found = [decode_report(line) for line in text.splitlines()]
        return [report for report in found if isinstance(report, LoadBatch)]


@pytest.fixture
def ends() -> Iterator[Ends]:
    read, write = os.pipe()
    yield Ends(read, write)
    for descriptor in (read, write):
        os.close(descriptor)


def outcome(started_ms: int) -> Outcome:
    return Outcome(started_ms=started_ms, took_ms=5, user=0, cohort="web", operation=Operation.LOGIN, ok=True)


def test_a_request_under_way_keeps_later_ones_unsettled(ends: Ends) -> None:
    oldest = [0.5]
    telemetry = Telemetry(pipe=Pipe(ends.write), clock=RunClock(0), oldest_due_s=lambda: oldest[0])
    telemetry.tell(outcome(400))
    telemetry.tell(outcome(700))
    telemetry.send(1.0)
    telemetry.tell(outcome(500))
    oldest[0] = inf
    telemetry.send(1.1)
    first, second = ends.batches()
    assert (first.settled_ms, first.planned, len(first.outcomes)) == (500, 1, 2)
    assert (second.settled_ms, second.planned, second.outcomes) == (1100, 2, (outcome(500),))


def test_a_game_that_does_not_read_costs_batches_not_memory(ends: Ends) -> None:
    telemetry = Telemetry(pipe=Pipe(ends.write), clock=RunClock(0), oldest_due_s=lambda: inf)
    for tick in range(2_000):
        for at in range(10):
            telemetry.tell(outcome(tick * 50 + at))
        telemetry.send((tick + 1) * 0.05)
    assert telemetry.told == []
    assert telemetry.unsettled == []
    heard = ends.batches()
    telemetry.send(100.05)
    heard += ends.batches()
    telemetry.send(100.1)
    heard += ends.batches()
    arrived = sum(len(batch.outcomes) for batch in heard)
    assert arrived < 20_000
    assert sum(batch.planned for batch in heard) == 20_000


def test_a_reader_that_is_gone_is_noticed() -> None:
    read, write = os.pipe()
    os.close(read)
    with pytest.raises(BrokenPipeError):
        Pipe(write).send(LoadBatch(settled_ms=0, planned=0, outcomes=()))
    os.close(write)


def test_the_run_clock_follows_its_origin() -> None:
    clock = RunClock(2_000_000_000)
    assert clock.at_ms(3.5) == 1500
    clock.origin_ns = 3_000_000_000
    assert clock.at_ms(3.5) == 500
