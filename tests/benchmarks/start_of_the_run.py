"""From the wish to play to load that verifies: how long it takes, warm, and where the time goes.

`python -m tests.benchmarks.start_of_the_run [N]` opens N runs (10) of macarena one after the other. The end of the start
is the first answer whose signature verified. The first run, which makes the database template if there is none, is told
apart: it is not in the median.
"""

# ruff: noqa: T201 - measurements are there to be printed

from __future__ import annotations

import os
import statistics
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from game.director.conductor import Conductor
from game.director.order import Order
from game.director.performance import open_performance

if TYPE_CHECKING:
    from game.core.outcome import LoadBatch

AIM_MS = 2000
VERIFIED_WITHIN_S = 60


def once() -> dict[str, float]:
    """Open and close one run; return milliseconds by step, and `verified load` from the very beginning."""
    began = time.monotonic()
    took: dict[str, float] = {}
    verified = threading.Event()
    arrived = Conductor.load_arrived

    def watch(conductor: Conductor, batch: LoadBatch) -> None:
        if not verified.is_set() and any(outcome.ok for outcome in batch.outcomes):
            took["verified load"] = (time.monotonic() - began) * 1000
            verified.set()
        arrived(conductor, batch)

    setattr(Conductor, "load_arrived", watch)  # noqa: B010 - a benchmark listens in where nobody else can
    try:
        performance = open_performance(
            Order(code="macarena", seed=1),
            lambda step: took.update({step.what: float(step.took_ms)}),
        )
        took["opened"] = (time.monotonic() - began) * 1000
        if not verified.wait(VERIFIED_WITHIN_S):
            raise SystemExit("no answer verified in time")
        ending = time.monotonic()
        performance.close("aborted", "measured")
        took["down"] = (time.monotonic() - ending) * 1000
    finally:
        setattr(Conductor, "load_arrived", arrived)  # noqa: B010 - a plain assignment to a method is refused by the type checker
    return took


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    print(f"first start: {once()['verified load']:.0f} ms to verified load")
    runs = [once() for _ in range(count)]
    totals = sorted(run["verified load"] for run in runs)
    print(f"warm, {count} starts, load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print(
        f"p50 {statistics.median(totals):.0f} ms, best {totals[0]:.0f}, worst {totals[-1]:.0f}; aim {AIM_MS}"
    )
    print("medians in ms (steps of the stack run beside each other; `stack` is all of them):")
    for what in runs[0]:
        print(f"  {statistics.median(run[what] for run in runs if what in run):7.0f}  {what}")


if __name__ == "__main__":
    main()
