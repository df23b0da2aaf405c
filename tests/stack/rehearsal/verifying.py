"""Runs `danceoff verify` as a build would, in a home of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any


def verified(*codes: str, within_s: int) -> tuple[int, dict[str, dict[str, Any]]]:
    """Exit code and records by exercise of one `danceoff verify CODE... --json`."""
    with tempfile.TemporaryDirectory(prefix="dv-", dir="/tmp") as home:
        Path(home).chmod(0o755)
        done = subprocess.run(
            [sys.executable, "-m", "game.cli.main", "verify", *codes, "--json"],
            env={**os.environ, "DANCEOFF_HOME": home},
            capture_output=True,
            text=True,
            timeout=within_s,
            check=False,
        )
        left = [path.name for path in Path(home, "runs").iterdir()] if done.returncode == 0 else []
    print(done.stdout, done.stderr)  # noqa: T201 - the records are what the test shows
    assert left == [], "what was proved leaves no runs behind"
    records = [json.loads(line) for line in done.stdout.splitlines()]
    return done.returncode, {record["code"]: record for record in records}
