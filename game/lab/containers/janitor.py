"""Removes containers of dead games where the reaper cannot: with compose the game and its reaper die in one container.

`python3 -P -m game.lab.containers.janitor HOME` looks every two seconds. A game that lives holds a lock on a file of its run,
which is seen from every container that shares the folder; processes are not.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path

from game.errors import EngineSilent
from game.lab.containers.leftovers import remove_leftovers
from game.lab.home import Home
from game.lab.ports import lock_file
from game.lab.reaper import SETTLE_S, clear
from game.lab.register import ALIVE, ENGINE, REMOVED

LOOK_EVERY_S = 2.0


def clean(home: Home) -> tuple[str, ...]:
    """Remove what dead games left on the engine; returns the runs. An engine that is away is asked the next time."""
    done = []
    for root in sorted(home.runs.glob("*/")):
        if not (root / ENGINE).is_file() or (root / REMOVED).exists():
            continue
        lock = lock_file(root / ALIVE)
        if lock < 0:
            continue
        try:
            remove_leftovers(root, settle_s=SETTLE_S)
            clear(root)
            (root / REMOVED).touch()
            done.append(root.name)
        except EngineSilent as error:
            sys.stderr.write(f"{error}\n")
        finally:
            os.close(lock)
    return tuple(done)


def main(arguments: list[str]) -> int:
    """Look until told to end."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python3 -m game.lab.containers.janitor HOME\n")
        return 2
    over = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    while not over.wait(LOOK_EVERY_S):
        for run in clean(Home(path=Path(arguments[0]))):
            sys.stdout.write(f"removed what was left of {run}\n")
            sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
