"""Several teams at one barrier: how alike are their stacks before the fault, and how far apart do the faults come?

    python -m tests.benchmarks.spread_of_the_fault [TEAMS] [CALM_SECONDS]

Before the fault all teams have the same configuration: success should agree within a point (the null run).
"""

# ruff: noqa: T201 - a benchmark prints

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from game.core.events import LoadSampled
from game.event.hall import open_hall
from game.event.preflight import measure
from tests.events import event_plan
from tests.stack.game.traces import runs, seconds_until_gone

if TYPE_CHECKING:
    from game.director.performance import Performance
    from game.event.hall import Hall

READY_WITHIN_S = 600.0
MOST_SPREAD_MS, MOST_POINTS = 250, 1.0


def main(arguments: list[str]) -> int:
    teams = int(arguments[0]) if arguments else 4
    calm_s = float(arguments[1]) if len(arguments) > 1 else 20.0
    home = Path(tempfile.mkdtemp(prefix="ds-", dir="/tmp"))
    home.chmod(0o711)
    os.environ["DANCEOFF_HOME"] = str(home)
    hall = open_hall(event_plan(*(f"Team {number}" for number in range(1, teams + 1))))
    try:
        return _measured(hall, teams, calm_s)
    finally:
        hall.leave()
        for root in runs(home):
            seconds_until_gone(root)
        shutil.rmtree(home)


def _measured(hall: Hall, teams: int, calm_s: float) -> int:
    hall.rounds.prepare()
    if not hall.wait_for(lambda _: len(hall.rounds.ready()) == teams, READY_WITHIN_S):
        raise SystemExit(
            f"not ready: {[(one.row.name, one.progress, one.health) for one in hall.floor().teams]}"
        )
    playing = {team: seat.performance for team, seat in hall.rounds.playing.items() if seat.performance}
    since = {team: one.conductor.clock.now_ms() for team, one in playing.items()}
    threading.Event().wait(calm_s)
    null = {team: _success(one, since[team]) for team, one in playing.items()}
    points = (max(null.values()) - min(null.values())) * 100
    print(f"null run, {calm_s:.0f} s: success {', '.join(f'{share:.4f}' for share in null.values())}")
    cost = measure(one.root for one in playing.values())
    print(
        f"a stack takes {cost.cores:.2f} cores and {cost.memory_mb} MB; load average {os.getloadavg()[0]:.1f}"
    )
    hall.rounds.go()
    if not hall.wait_for(lambda _: hall.board().spread_ms is not None, 60):
        raise SystemExit("the faults did not come")
    spread = hall.board().spread_ms or 0
    print(f"{teams} teams: success within {points:.2f} points, spread of the fault moment {spread} ms")
    return 0 if spread <= MOST_SPREAD_MS and points <= MOST_POINTS else 1


def _success(performance: Performance, since_ms: int) -> float:
    events = (one.event for one in performance.conductor.events())
    samples = [one for one in events if isinstance(one, LoadSampled) and one.from_ms >= since_ms]
    offered = sum(one.offered for one in samples)
    return 1 - sum(one.bad for one in samples) / offered if offered else 0.0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
