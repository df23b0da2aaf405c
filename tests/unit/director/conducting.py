"""A conducted run for tests, and who carries out its effects."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from game.core.outcome import LoadBatch, Operation, Outcome
from game.errors import DanceoffError, Refused
from tests.unit.director.scene import (
    ARMED,
    IMPACT,
    INJECTED,
    PAGED,
    STARTED,
    STEADY,
    MemoryWriter,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from game.core import events as fact
    from game.director.conductor import Conductor
    from game.director.effects import Effect


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


def batch(settled_ms: int) -> LoadBatch:
    outcome = Outcome(
        started_ms=settled_ms - 10, took_ms=5, user=1, cohort="web", operation=Operation.LOGIN, ok=True
    )
    return LoadBatch(settled_ms=settled_ms, planned=1, outcomes=(outcome,))
