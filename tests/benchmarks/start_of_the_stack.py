"""How long a stack takes from nothing to every service healthy, and where the time goes.

`python tests/benchmarks/start_of_the_stack.py [N]` starts N stacks (10) one after the other. The first, which makes the
database template if there is none, is told apart: it is not in the median.
"""

# ruff: noqa: T201 - measurements are there to be printed

from __future__ import annotations

import os
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from game.catalog.stack import load_stack
from game.lab.binaries import find_programs
from game.lab.data import stacks_dir
from game.lab.home import home
from game.lab.runtime.processes import ProcessRuntime
from tests.stack.runtime.live import fill_live

AIM_MS = 2000


def once(number: int) -> dict[str, float]:
    """Start and end one stack; return milliseconds by step, measured from the start of the programs' look-up."""
    began = time.monotonic()
    took: dict[str, float] = {}

    def lap(what: str) -> None:
        took[what] = (time.monotonic() - began) * 1000

    programs = find_programs()
    lap("at: programs found")
    runtime = ProcessRuntime(
        load_stack(stacks_dir() / "auth"), home(), f"bench{os.getpid()}-{number}", programs=programs
    )
    try:
        fill_live(runtime.prepare())
        lap("at: prepared")
        steps: dict[str, float] = {}
        runtime.up(lambda step: steps.update({f"  {step.what}": float(step.took_ms)}))
        lap("at: everything healthy")
        took.update(steps)
    finally:
        ending = time.monotonic()
        runtime.down()
        took["down"] = (time.monotonic() - ending) * 1000
    return took


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    first = once(0)
    print(f"first start: {first['at: everything healthy']:.0f} ms")
    runs = [once(number) for number in range(1, count + 1)]
    totals = sorted(run["at: everything healthy"] for run in runs)
    print(f"warm, {count} starts, load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print(
        f"p50 {statistics.median(totals):.0f} ms, best {totals[0]:.0f}, worst {totals[-1]:.0f}; aim {AIM_MS}"
    )
    print(
        "medians in ms (indented: a step's own time; the stores and the service's parent start together, then the rest):"
    )
    for what in runs[0]:
        print(f"  {statistics.median(run[what] for run in runs):7.0f}  {what}")


if __name__ == "__main__":
    main()
