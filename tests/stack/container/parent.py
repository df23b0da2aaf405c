"""A game that a test can kill: brings a stack up in containers, says so, takes it down when its input closes.

`python -m tests.stack.container.parent <home> <run id>`
"""

from __future__ import annotations

import sys
from pathlib import Path

from game.catalog.stack import load_stack
from game.lab.containers.runtime import ContainerRuntime
from game.lab.data import stacks_dir
from game.lab.home import Home
from tests.stack.runtime.live import fill_live
from tests.stack.runtime.parent import say


def main() -> None:
    runtime = ContainerRuntime(load_stack(stacks_dir() / "auth"), Home(path=Path(sys.argv[1])), sys.argv[2])
    try:
        fill_live(runtime.prepare())
        say({"prepared": True})
        runtime.up(lambda step: say({"step": step.what}))
        say({"up": True})
        sys.stdin.read()
    finally:
        runtime.down()


if __name__ == "__main__":
    main()
