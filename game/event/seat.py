"""A run of a team within an event: opened in a thread of its own, watched, and closed."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from game.director.conductor import in_words
from game.director.judge import reveal
from game.director.performance import open_performance

if TYPE_CHECKING:
    from collections.abc import Callable

    from game.core.events import AnswerRevealed, Ending
    from game.director.order import Order
    from game.director.performance import Performance
    from game.lab.runtime.protocol import Step

STEADY_WITHIN_S = 60.0


class Seat:
    """`performance` is None until its stack is up. `progress`: how far it is, in words, for the facilitator."""

    def __init__(
        self, team: str, order: Order, places: threading.Semaphore, failed: Callable[[Seat], None]
    ) -> None:
        """`places` bounds how many stacks start at once; `failed` hears of a run that ended before it was steady."""
        self.team = team
        self.run = order.run
        self.performance: Performance | None = None
        self.progress = "waits for its turn"
        self.failure = ""
        self._answer: AnswerRevealed | None = None
        self._order = order
        self._places = places
        self._failed = failed
        self._ending = threading.Event()
        self._closing = threading.Lock()
        self._thread = threading.Thread(target=self._open, name=f"seat-{order.run}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    @property
    def ready(self) -> bool:
        """Steady, open, and waiting for its fault."""
        performance = self.performance
        if performance is None or self._ending.is_set():
            return False
        state = performance.conductor.glimpse().state
        return state.steady is not None and state.closed is None

    @property
    def open(self) -> bool:
        """Whether somebody can still play it, or soon will."""
        performance = self.performance
        if performance is None:
            return not self.failure and not self._ending.is_set()
        return performance.conductor.glimpse().state.closed is None

    @property
    def health(self) -> str:
        """What is wrong with the run or its stack; empty if nothing is known to be."""
        performance = self.performance
        if performance is None or self.failure:
            return self.failure
        broken = performance.conductor.broken
        if broken is not None:
            return str(broken)
        if performance.conductor.glimpse().state.closed is not None:
            return ""
        dead = performance.stage.runtime.dead()
        return f"not running: {', '.join(sorted(dead))}" if dead else ""

    @property
    def answer(self) -> AnswerRevealed | None:
        """What is right in this run, once every fault is in; for the facilitator's eyes."""
        performance = self.performance
        if self._answer is None and performance is not None:
            now = performance.conductor.glimpse()
            if now.progress.injected >= len(performance.exercise.faults):
                self._answer = reveal(performance.exercise, performance.stage, now.progress.revisions)
        return self._answer

    def close(self, how: Ending, reason: str) -> None:
        """End the run if it is not over, and take its stack down. Idempotent; waits for a stack that is just coming up."""
        self._ending.set()
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join()
        with self._closing:
            if self.performance is not None:
                self.performance.close(how, reason)

    def _open(self) -> None:
        with self._places:
            if self._ending.is_set():
                return
            try:
                self.performance = open_performance(self._order, self._told)
                self.progress = "users arrive"
                self._wait_until_steady(self.performance)
            except Exception as error:  # noqa: BLE001 - else the thread would be gone, and nobody would know why.
                self.failure = str(in_words(error))
        if self.failure and not self._ending.is_set():
            self.progress = "failed"
            self._failed(self)

    def _wait_until_steady(self, performance: Performance) -> None:
        performance.wait_until_steady(STEADY_WITHIN_S)
        closed = performance.conductor.glimpse().state.closed
        if closed is not None:
            self.failure = closed.event.reason
        else:
            self.progress = "ready"

    def _told(self, step: Step) -> None:
        self.progress = step.what
