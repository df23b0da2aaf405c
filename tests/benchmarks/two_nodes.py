"""A dance-off on a cluster of two nodes, of which one is lost: where the stacks are, the spread, what becomes of the runs.

    python -m tests.benchmarks.two_nodes [TEAMS]

Both nodes are on this machine, the second engine in a network namespace. Needs root, an engine and the stack's image for nodes.
"""

# ruff: noqa: T201 - a benchmark prints

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, cast

from game.core.events import ClockPaused, Closed, LoadSampled
from game.event.hall import open_hall
from game.lab.containers.leftovers import still_there
from tests.events import event_plan
from tests.stack.game.traces import runs
from tests.stack.swarm.nodes import run, two_nodes

if TYPE_CHECKING:
    from game.director.performance import Performance
    from game.event.hall import Hall
    from game.lab.swarm.runtime import SwarmRuntime
    from tests.stack.swarm.nodes import Second

READY_WITHIN_S = 300.0
LOST_WITHIN_S = 120.0
GONE_WITHIN_S = 15.0


def main(arguments: list[str]) -> int:
    teams = int(arguments[0]) if arguments else 4
    home = Path(tempfile.mkdtemp(prefix="ds-", dir="/tmp"))
    home.chmod(0o711)
    os.environ["DANCEOFF_HOME"] = str(home)
    with two_nodes("danceoff/cluster") as second:
        hall = open_hall(event_plan(*(f"Team {number}" for number in range(1, teams + 1))), runtime="swarm")
        try:
            right = _danced(hall, teams, second)
        finally:
            hall.leave()
        ended = time.monotonic()
        while (left := [one for root in runs(home) for one in still_there(root)]) and (
            time.monotonic() - ended < GONE_WITHIN_S
        ):
            time.sleep(0.1)
        print(f"left on the cluster {time.monotonic() - ended:.1f} s after the end: {left or 'nothing'}")
    shutil.rmtree(home, ignore_errors=True)
    print(f"namespaces, links and swarm are gone: {run('ip', 'netns').strip() or 'no namespace'}")
    return 0 if right and not left else 1


def _danced(hall: Hall, teams: int, second: Second) -> bool:
    started = time.monotonic()
    hall.rounds.prepare()
    if not hall.wait_for(lambda _: len(hall.rounds.ready()) == teams, READY_WITHIN_S):
        raise SystemExit(f"not ready: {[(one.row.name, one.progress) for one in hall.floor().teams]}")
    playing = {team: seat.performance for team, seat in hall.rounds.playing.items() if seat.performance}
    nodes = {team: _runtime(one).there.node.address for team, one in playing.items()}
    print(f"{teams} teams ready after {time.monotonic() - started:.1f} s, on {dict(Counter(nodes.values()))}")
    hall.rounds.go()
    if not hall.wait_for(lambda _: hall.board().spread_ms is not None, 60):
        raise SystemExit("the faults did not come")
    print(f"spread of the fault moment: {hall.board().spread_ms} ms")
    here = run("docker", "info", "--format", "{{.Swarm.NodeID}}").strip()
    lost = [team for team, one in playing.items() if _runtime(one).there.node.name != here]
    second.kill()
    killed = time.monotonic()
    print(f"killed the node {nodes[lost[0]]} with the stacks of {', '.join(lost)}")
    hall.wait_for(lambda _: all(_closed(playing[team]) for team in lost), LOST_WITHIN_S)
    right = True
    for team, one in playing.items():
        closed = _closed(one)
        pauses = [each.event.reason for each in one.conductor.events() if isinstance(each.event, ClockPaused)]
        samples = [each.event for each in one.conductor.events() if isinstance(each.event, LoadSampled)]
        print(
            f"{team} on {nodes[team]}: {f'{closed.how}: {closed.reason}' if closed else 'goes on'}; "
            f"{sum(each.offered for each in samples)} requests judged; clock stood for: {sorted(set(pauses)) or 'nothing'}"
        )
        right = right and (closed is not None and closed.how == "void") == (team in lost)
    print(f"decided {time.monotonic() - killed:.1f} s after the node was killed")
    return right


def _runtime(performance: Performance) -> SwarmRuntime:
    """The cluster's runtime below the one that remembers what was asked for."""
    return cast("SwarmRuntime", performance.stage.runtime._runtime)


def _closed(performance: Performance) -> Closed | None:
    return next(
        (each.event for each in performance.conductor.events() if isinstance(each.event, Closed)), None
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
