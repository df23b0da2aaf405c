"""kill -9 of an event's process at random points: is the board right after the restart, and is anything acknowledged lost?

    python -m tests.benchmarks.kill_the_event [TIMES] [SEED]

Every kill is an event of its own with two teams in a home of its own; corrections, announcements and joins are written as
fast as they are acknowledged.
"""

# ruff: noqa: T201 - a benchmark prints

from __future__ import annotations

import random
import shutil
import sys
import tempfile
from pathlib import Path

from tests.stack.event.killing import MARKS, Killed, kill_once

TIMES = 20
LATEST_S = 6.0


def main(arguments: list[str]) -> int:
    times = int(arguments[0]) if arguments else TIMES
    draw = random.Random(int(arguments[1]) if len(arguments) > 1 else 1)  # noqa: S311 - moments to try, no secret
    killed = [_one(number, draw.choice(MARKS), draw.uniform(0.0, LATEST_S)) for number in range(1, times + 1)]
    lost, wrong = sum(len(one.lost) for one in killed), sum(bool(one.wrong) for one in killed)
    boards = sorted(one.board_s for one in killed)
    print(
        f"{times} kills: {sum(one.acknowledged for one in killed)} events acknowledged, {lost} lost; {wrong} boards wrong; "
        f"{sum(len(one.left) for one in killed)} processes or files left 15 s later"
    )
    print(
        f"board after opening: median {boards[len(boards) // 2]:.2f} s, slowest {boards[-1]:.2f} s; "
        f"whole process at most {max(one.restart_s for one in killed):.2f} s"
    )
    return 0 if not lost and not wrong else 1


def _one(number: int, mark: str, plus_s: float) -> Killed:
    home = Path(tempfile.mkdtemp(prefix="dv-", dir="/tmp"))
    home.chmod(0o711)
    try:
        killed = kill_once(home, mark, plus_s)
    finally:
        shutil.rmtree(home)
    print(
        f"{number:3d}  {plus_s:4.1f} s after {mark:9} acknowledged {killed.acknowledged:5d}  lost {len(killed.lost)}  "
        f"interrupted {killed.interrupted}  board {killed.board_s:.2f} s  {'; '.join(killed.wrong) or 'right'}",
        flush=True,
    )
    return killed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
