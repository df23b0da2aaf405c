"""How many requests a second a load of one process offers, and one that Locust's distributed mode shares out.

    python -m tests.benchmarks.load_workers [MOST] [SECONDS] [ROUNDS]

Goes ROUNDS times (2) through 1 to MOST (2) workers in turn, each ramped up until more than 1 % of what is due cannot be sent in
time; SECONDS (4) a step. HAProxy, which gives a recorded answer, the workers and their master share this machine's cores.
"""

from __future__ import annotations

import os
import statistics
import sys

from tests.benchmarks.load_worker_ratio import worker_rate
from tests.benchmarks.recorded import recorded_edge


def main(arguments: list[str]) -> None:
    most, seconds, rounds = (
        int(arguments[place]) if len(arguments) > place else standard
        for place, standard in enumerate((2, 4, 2))
    )
    found: dict[int, list[float]] = {workers: [] for workers in range(1, most + 1)}
    with recorded_edge() as target:
        for _ in range(rounds):
            for workers, rates in found.items():
                rates.append(worker_rate(target, seconds, workers))
                sys.stdout.write(f"{workers} workers: {rates[-1]:.0f} requests/s\n")
                sys.stdout.flush()
    sys.stdout.write(f"{os.cpu_count()} cores, load average {os.getloadavg()[0]:.1f}\n")
    for workers, rates in found.items():
        shown = ", ".join(f"{rate:.0f}" for rate in rates)
        sys.stdout.write(f"{workers} workers: {statistics.median(rates):.0f} requests/s ({shown})\n")


if __name__ == "__main__":
    main(sys.argv[1:])
