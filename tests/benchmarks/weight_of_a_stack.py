"""What a stack weighs under load and idle: memory (PSS: shared pages counted once) and CPU by service.

`python -m tests.benchmarks.weight_of_a_stack [SECONDS]` looks at each for that long (5). The game itself is not in it.
"""

# ruff: noqa: T201 - measurements are there to be printed

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from game.director.order import Order
from game.director.performance import open_performance
from game.lab.process_table import family, processes
from game.lab.register import registered

STEADY_WITHIN_S = 60
TICKS = os.sysconf("SC_CLK_TCK")


def pss_mb(pid: int) -> float:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0


def cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def services(root: Path) -> dict[str, set[int]]:
    """Pids by service; the replicas stand by themselves, not in the family of their parent."""
    everybody = processes()
    found: dict[str, set[int]] = {}
    taken: set[int] = set()
    for entry in reversed(registered(root)):
        mine = {one.pid for one in family(entry.pid, entry.start, everybody)} - taken
        taken |= mine
        if mine:
            found[entry.what] = mine
    return found


def weigh(title: str, root: Path, seconds: float) -> None:
    """Print memory and CPU of every service of a run, looked at for some seconds."""
    found = services(root)
    before = {name: sum(map(cpu_s, pids)) for name, pids in found.items()}
    deadline = time.monotonic() + seconds
    while (rest := deadline - time.monotonic()) > 0:
        time.sleep(min(rest, 0.5))
    weights = {name: sum(map(pss_mb, pids)) for name, pids in found.items()}
    shares = {name: (sum(map(cpu_s, found[name])) - before[name]) / seconds * 100 for name in found}
    print(f"{title:<22}{'processes':>10}{'PSS MB':>9}{'% of a core':>13}")
    for name in sorted(found):
        print(f"  {name:<20}{len(found[name]):>10}{weights[name]:>9.1f}{shares[name]:>13.1f}")
    total = sum(len(pids) for pids in found.values())
    print(f"  {'all':<20}{total:>10}{sum(weights.values()):>9.1f}{sum(shares.values()):>13.1f}\n")


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 5.0
    performance = open_performance(Order(code="macarena", seed=1, calm_ms=3_600_000), lambda _step: None)
    try:
        if not performance.wait_until_steady(STEADY_WITHIN_S):
            raise SystemExit("no steady state")
        weigh("under load", performance.root, seconds)
        performance.stage.load.stop()
        weigh("idle", performance.root, seconds)
    finally:
        performance.close("aborted", "measured")


if __name__ == "__main__":
    main()
