"""Whatever kills the game, nothing of its run is left on the engine."""

# ruff: noqa: T201 - measurements are there to be printed

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from game.lab.data import PACKAGE
from tests.stack.container.looking import networks
from tests.stack.game.traces import gone_after

if TYPE_CHECKING:
    from game.lab.containers.engine import Engine
    from game.lab.home import Home

pytestmark = pytest.mark.stack

LEFT_AFTER_S = 15.0
STAYS_GONE_S = 3.0


@pytest.mark.parametrize("moment", ["prepared", "step", "up"])
def test_kill_9_of_the_game_leaves_nothing(moment: str, shared_home: Home, engine: Engine) -> None:
    run = f"k{os.urandom(4).hex()}"
    game = subprocess.Popen(
        [sys.executable, "-m", "tests.stack.container.parent", str(shared_home.path), run],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=PACKAGE.parent,
    )
    assert game.stdout is not None
    assert game.stdin is not None
    with game:
        for line in game.stdout:
            if moment in json.loads(line):
                break
        game.kill()
    took_s = gone_after(
        lambda: [*engine.containers(run), *networks(engine, run)], LEFT_AFTER_S, stays_s=STAYS_GONE_S
    )
    assert took_s is not None, (engine.containers(run), networks(engine, run))
    print(f"killed when it said {moment!r}: nothing left after {took_s:.1f} s, and nothing came up later")
