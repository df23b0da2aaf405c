from __future__ import annotations

import subprocess
import sys


def test_the_games_side_of_the_load_never_loads_gevent() -> None:
    """Patched or not, gevent's loop and the game's threads must not share a process."""
    program = (
        "import sys, game.lab.load.driver, game.lab.load.probe\n"
        "print(sorted({'gevent', 'locust', 'geventhttpclient'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, timeout=60, text=True
    )
    assert done.stdout.strip() == "[]"
