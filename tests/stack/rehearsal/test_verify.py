"""`danceoff verify` on the real stack, as a build would run it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

VERIFY_WITHIN_S = 200


def verified() -> tuple[int, dict[str, Any]]:
    """Exit code and record of one `danceoff verify macarena --json`."""
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
    return done.returncode, json.loads(done.stdout)


@pytest.mark.stack
@pytest.mark.timeout(2 * VERIFY_WITHIN_S + 20)
def test_macarena_proves_itself() -> None:
    code, record = verified()
    if not record["ok"]:
        # It is a measurement: something else on the machine may have spoilt it once, but not twice.
        code, record = verified()
    assert record["failures"] == []
    assert code == 0
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
