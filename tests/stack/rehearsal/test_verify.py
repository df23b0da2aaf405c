"""`danceoff verify` on the real stack: the incident itself."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

WITHIN_S = 300
# A runtime action, a toxic, a service, a configuration that lies nowhere on disk, and nothing at all.
KINDS = ("mazurka", "milonga", "sardana", "rigaudon", "two-step")
WORDS = {"another team's answer", "submit the same twice", "guess four times"}


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
        left = [path.name for path in Path(home, "runs").iterdir()]
    print(done.stdout, done.stderr)  # noqa: T201 - the records are what the test shows
    records = [json.loads(line) for line in done.stdout.splitlines()]
    if all(record["ok"] and record["attempts"] == 1 for record in records):
        assert left == [], "what was proved leaves no runs behind"
    return done.returncode, {record["code"]: record for record in records}


@pytest.mark.stack
@pytest.mark.timeout(WITHIN_S + 20)
def test_macarena_proves_itself() -> None:
    code, records = verified("macarena", within_s=WITHIN_S)
    record = records["macarena"]
    assert record["failures"] == []
    assert code == 0
    assert record["runtime"] == "process"
    assert re.fullmatch(r"\d+\.\d+\.\d+.*", record["haproxy"]), "the version that it was measured on"
    assert 0.24 <= record["bad_share"] <= 0.36
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
    # One that is drawn, and those of words.
    assert len(record["cheats"]) == 1 + len(WORDS)
    cheats = {cheat["name"]: cheat for cheat in record["cheats"]}
    assert set(cheats) > WORDS
    assert {name: cheat["earned"] for name, cheat in cheats.items() if cheat["earned"]} == {}
    assert cheats["another team's answer"]["outcome"] == "refused"


@pytest.mark.stack
@pytest.mark.timeout(2 * WITHIN_S + 20)
def test_every_kind_of_fault_proves_itself() -> None:
    code, records = verified(*KINDS, within_s=2 * WITHIN_S)
    assert {code: record["failures"] for code, record in records.items()} == {code: [] for code in KINDS}
    drawn = {cheat["name"] for record in records.values() for cheat in record["cheats"]} - WORDS
    assert len(drawn) > 1, "not the same one everywhere"
    assert code == 0
