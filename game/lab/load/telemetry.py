"""Outcomes -> batches on the pipe. Bounded: a batch that does not fit into the pipe is dropped and counted as missing."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from game.core.outcome import LoadBatch
from game.lab.load.wire import encode_report

if TYPE_CHECKING:
    from collections.abc import Callable

    from game.core.outcome import Outcome
    from game.lab.load.wire import Report


@dataclass(slots=True)
class RunClock:
    """The run clock, from a monotonic one; `origin_ns` moves when the run was paused."""

    origin_ns: int

    def at_ms(self, monotonic_s: float) -> int:
        """Round down, so that the order of times is kept."""
        return int((monotonic_s * 1e9 - self.origin_ns) // 1e6)


class Pipe:
    """Writes whole lines to a descriptor without ever waiting for its reader."""

    def __init__(self, descriptor: int) -> None:
        os.set_blocking(descriptor, False)
        self._descriptor = descriptor
        self._rest = b""

    def send(self, report: Report) -> bool:
        """Send a line, or say that there was no room for it. Raises BrokenPipeError when nobody reads any more."""
        if not self.flush():
            return False
        self._rest = encode_report(report)
        self.flush()
        return True

    def flush(self) -> bool:
        """Go on with a line that did not fit as a whole; say whether it is out."""
        try:
            while self._rest:
                self._rest = self._rest[os.write(self._descriptor, self._rest) :]
        except BlockingIOError:
            return False
        return True


class Outlet(Protocol):
    """Where batches go; False when there was no room for one."""

    def send(self, report: Report) -> bool: ...


@dataclass(slots=True, kw_only=True)
class Batches:
    """Outcomes between two batches."""

    pipe: Outlet
    told: list[Outcome] = field(default_factory=list)
    unsettled: list[int] = field(default_factory=list)
    planned: int = 0

    def tell(self, outcome: Outcome) -> None:
        self.told.append(outcome)
        self.unsettled.append(outcome.started_ms)

    def settle(self, settled_ms: int) -> None:
        """Send what was told since the last batch; every request before `settled_ms` of the run clock has been told."""
        still = [started for started in self.unsettled if started >= settled_ms]
        self.planned += len(self.unsettled) - len(still)
        self.unsettled = still
        batch = LoadBatch(settled_ms=settled_ms, planned=self.planned, outcomes=tuple(self.told))
        self.told = []
        if self.pipe.send(batch):
            self.planned = 0


@dataclass(slots=True, kw_only=True)
class Telemetry(Batches):
    """What this worker's users do. `oldest_due_s` tells the earliest request nobody has told about yet."""

    clock: RunClock
    oldest_due_s: Callable[[], float]

    def send(self, now_s: float) -> None:
        """Send what was told since the last batch."""
        self.settle(self.clock.at_ms(min(now_s, self.oldest_due_s())))
