"""`danceoff verify` on the real stack, as a build would run it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

VERIFY_WITHIN_S = 200


@pytest.mark.stack
@pytest.mark.timeout(VERIFY_WITHIN_S + 20)
def test_macarena_proves_itself() -> None:
    with tempfile.TemporaryDirectory(prefix="dv-") as home:
        Path(home).chmod(0o755)
        done = subprocess.run(
            [sys.executable, "-m", "game.cli.main", "verify", "macarena", "--json"],
            env={**os.environ, "DANCEOFF_HOME": home},
            capture_output=True,
            text=True,
            timeout=VERIFY_WITHIN_S,
            check=False,
        )
    print(done.stdout, done.stderr)  # noqa: T201 - the record is what the test shows
    record = json.loads(done.stdout)
    assert record["failures"] == []
    assert done.returncode == 0
    assert 0.28 <= record["bad_share"] <= 0.32
    assert record["reference_score"] >= 0.95 * record["achievable"]
    assert record["do_nothing_score"] == 0
    assert record["blind_revert_score"] <= 400
    turns = {turn["name"]: turn for turn in record["wrong_turns"]}
    for name in (
        "restart the database",
        "restart every replica",
        "restart the load balancer",
        "answer every login with 200",
    ):
        assert not turns[name]["recovered"], name
        assert turns[name]["as_declared"], name
