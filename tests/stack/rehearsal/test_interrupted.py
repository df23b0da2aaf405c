"""Whoever interrupts `danceoff verify` gets the machine back at once, and nothing stands on it any more."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from game.lab.runtime.waiting import until

# It waits its turn where others rehearse.
STARTED_WITHIN_S = 150.0
GONE_WITHIN_S = 20.0


@pytest.mark.stack
@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_ends_every_rehearsal(by: signal.Signals) -> None:
    with tempfile.TemporaryDirectory(prefix="di-", dir="/tmp") as home:
        Path(home).chmod(0o755)
        verify = subprocess.Popen(
            [sys.executable, "-m", "game.cli.main", "verify", "mazurka", "hustle", "courante", "--json"],
            env={**os.environ, "DANCEOFF_HOME": home},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            assert until(lambda: len(standing(home)) > 10, STARTED_WITHIN_S, 0.2), verify.poll()
            verify.send_signal(by)
            out, said = verify.communicate(timeout=GONE_WITHIN_S)
        finally:
            # What does not end must not play on beside other tests.
            verify.kill()
            verify.communicate()
        assert verify.returncode == 130, said
        assert out == "", "nothing is proved by half"
        assert "Traceback" not in said
        assert until(lambda: not standing(home), GONE_WITHIN_S, 0.2), standing(home)


def standing(home: str) -> list[str]:
    """The command lines of all processes that name this home."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if f"{home}/runs" in words:
            found.append(words[:120])
    return found
