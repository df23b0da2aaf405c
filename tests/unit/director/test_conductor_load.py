"""What of the load counts: not what came while the clock stood, nor after the close."""

from __future__ import annotations

from typing import TYPE_CHECKING

from game.core import events as fact
from game.director.clock import RunClock
from game.director.conductor import Conductor
from tests.unit.director.conducting import Run, batch
from tests.unit.director.scene import (
    CLOSED,
    STACK,
    MemoryWriter,
    exercise,
    without,
)

if TYPE_CHECKING:
    import pytest


def by_hand(monkeypatch: pytest.MonkeyPatch) -> tuple[list[float], MemoryWriter, Conductor]:
    """A run without faults whose clock's seconds the test moves."""
    now_s = [100.0]
    monkeypatch.setattr("game.director.clock.time.monotonic", lambda: now_s[0])
    writer = MemoryWriter()
    return now_s, writer, Conductor(without(exercise()), STACK, writer, RunClock())


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
