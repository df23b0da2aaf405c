"""A game that a test can kill: brings a stack up, says so in one line of JSON, takes it down when its input closes.

`python -m tests.stack.runtime.parent <home> <run id>`
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

from game.catalog.stack import load_stack
from game.lab.data import stacks_dir
from game.lab.home import Home
from game.lab.runtime.processes import ProcessRuntime
from tests.stack.runtime.live import fill_live


def main() -> None:
    runtime = ProcessRuntime(load_stack(stacks_dir() / "auth"), Home(path=Path(sys.argv[1])), sys.argv[2])
    try:
        fill_live(runtime.prepare())
        say({"prepared": True})
        runtime.up(lambda step: say({"step": step.what}))
        say({"states": [asdict(state) for state in runtime.states()]})
        sys.stdin.read()
    finally:
        runtime.down()


def say(what: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
