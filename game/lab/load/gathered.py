"""A load that several workers offer: which users are whose, and how what they tell becomes one story."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from game.lab.load.telemetry import Batches

if TYPE_CHECKING:
    from game.core.outcome import LoadBatch
    from game.core.roster import User
    from game.lab.load.plan import LoadPlan


def share(plan: LoadPlan, index: int) -> tuple[User, ...]:
    """Those of a plan's users whom worker `index`, from 0, runs: every cohort is spread over all workers."""
    return plan.users[index :: plan.workers]


@dataclass(slots=True, kw_only=True)
class Gathered(Batches):
    """What `workers` workers told, as one worker would tell it: settled is what all of them have settled.

    `origin_ns` is the run clock's origin by which times count. What was stamped by another one is left out, as the game
    leaves out what a worker stamps before it knows how long the clock stood.
    """

    workers: int
    origin_ns: int
    settled: dict[int, int] = field(default_factory=dict)

    def add(self, worker: int, origin_ns: int, batch: LoadBatch) -> None:
        if origin_ns != self.origin_ns:
            return
        for outcome in batch.outcomes:
            self.tell(outcome)
        self.settled[worker] = batch.settled_ms

    def turn(self, origin_ns: int) -> None:
        """The run clock has another origin from now on."""
        self.origin_ns = origin_ns
        self.settled.clear()

    def send(self) -> None:
        """Send what was told since the last batch, once every worker has told something."""
        if len(self.settled) == self.workers:
            self.settle(min(self.settled.values()))
