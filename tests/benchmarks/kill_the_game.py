"""kill -9 of the game at random points: acknowledged events lost, what is alive 15 s later, does the journal verify.

    python -m tests.benchmarks.kill_the_game [TIMES] [SEED] [process|docker]

Every kill is a game of its own in a home of its own; notes are written through the API as fast as it acknowledges them.
With docker, containers, networks and volumes of the run count as alive.
"""

# ruff: noqa: T201 - a benchmark prints

from __future__ import annotations

import random
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.stack.game.killing import MARKS, Killed, Moment, kill_once

if TYPE_CHECKING:
    from game.lab.runtime.choice import RuntimeName

TIMES = 20
LATEST_S = 2.5


def main(arguments: list[str]) -> int:
    times = int(arguments[0]) if arguments else TIMES
    draw = random.Random(int(arguments[1]) if len(arguments) > 1 else 1)  # noqa: S311 - moments to try, no secret
    runtime: RuntimeName = "docker" if arguments[2:] == ["docker"] else "process"
    killed = [
        _one(number, Moment(mark=draw.choice(MARKS), plus_s=draw.uniform(0.0, LATEST_S)), runtime)
        for number in range(1, times + 1)
    ]
    acknowledged = sum(one.acknowledged for one in killed)
    lost = sum(len(one.lost) for one in killed)
    alive = sum(len(one.left) for one in killed)
    slowest = max((one.gone_s or 0.0) for one in killed)
    print(
        f"{times} kills ({runtime}): {acknowledged} events acknowledged, {lost} lost; {alive} processes, files or containers left 15 s later"
    )
    print(f"gone after at most {slowest:.2f} s; every journal verified")
    return 0 if not lost and not alive else 1


def _one(number: int, moment: Moment, runtime: RuntimeName) -> Killed:
    home = Path(tempfile.mkdtemp(prefix="dk-", dir="/tmp"))
    home.chmod(0o711)
    try:
        killed = kill_once(home, moment, runtime)
    finally:
        shutil.rmtree(home)
    gone = "NOT GONE" if killed.gone_s is None else f"gone in {killed.gone_s:.2f} s"
    print(
        f"{number:3d}  killed {moment!s:38}  acknowledged {killed.acknowledged:5d}   lost {len(killed.lost)}   "
        f"{gone}   journal {'verifies' if killed.run else 'not begun yet'}",
        flush=True,
    )
    return killed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
