"""`danceoff serve` before its first round: what it plans, where it is reached, what it prints, how it ends."""

from __future__ import annotations

import os
import re
import signal
import ssl
import subprocess
import sys
import time
import urllib.request
from typing import TYPE_CHECKING

import pytest

from game.cli.reach import Reach
from game.cli.serve import planned
from game.errors import ExerciseInvalid, UsageError

if TYPE_CHECKING:
    from pathlib import Path

EVENT = """\
format: 1
name: spring-ball
title: Spring ball
teams: [Ada, Bob]
rounds:
  - {exercise: macarena, seed: 3, freeze_after_s: 900}
"""
SERVES_WITHIN_S = 60.0


@pytest.fixture
def event_file(tmp_path: Path) -> Path:
    path = tmp_path / "event.yaml"
    path.write_text(EVENT)
    return path


def test_a_file_says_what_is_played(event_file: Path) -> None:
    plan = planned(event_file, "", ())
    assert (plan.opened.name, plan.teams) == ("spring-ball", ("Ada", "Bob"))
    assert planned(event_file, "autumn-ball", ()).opened.name == "autumn-ball"
    with pytest.raises(UsageError):
        planned(event_file, "", ("macarena",))
    event_file.write_text(EVENT.replace("macarena", "makarena"))
    with pytest.raises(ExerciseInvalid, match="makarena"):
        planned(event_file, "", ())


def test_without_a_file_teams_bring_themselves() -> None:
    plan = planned(None, "", ())
    assert plan.opened.open_enrolment
    assert re.fullmatch(r"ball-\d{4}-\d\d-\d\d", plan.opened.name)
    assert [one.exercise for one in planned(None, "x", ("macarena", "hustle")).opened.rounds] == [
        "macarena",
        "hustle",
    ]


@pytest.mark.parametrize("name", ["A", "a b", "../x", "x" * 41, "-", "ä"])
def test_a_name_is_for_files(name: str) -> None:
    with pytest.raises(UsageError):
        planned(None, name, ())
    with pytest.raises(UsageError):
        planned(None, "", ("no-such-exercise",))


def test_where_a_site_is_reached() -> None:
    here = Reach(host="127.0.0.1")
    assert here.loopback
    assert here.address("http", 80) == "http://127.0.0.1:80"
    assert Reach(host="localhost").loopback
    assert Reach(host="::1").hosts == {"[::1]"}
    everywhere = Reach(host="0.0.0.0", names=("Ball.example.test",))
    assert not everywhere.loopback
    assert everywhere.address("https", 8443) == "https://Ball.example.test:8443"
    assert {"ball.example.test", "127.0.0.1"} < everywhere.hosts
    with pytest.raises(UsageError):
        _ = Reach(host="ball.example.test").loopback


def started(home: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "game.cli.main", "serve", "--port", "0", "--insist", *arguments],
        env={**os.environ, "DANCEOFF_HOME": str(home), "NO_COLOR": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def told(process: subprocess.Popen[str]) -> str:
    """What it prints until it serves."""
    assert process.stdout is not None
    lines: list[str] = []
    deadline = time.monotonic() + SERVES_WITHIN_S
    while time.monotonic() < deadline:
        lines.append(process.stdout.readline())
        if not lines[-1] or lines[-1].startswith("Ctrl-C"):
            break
    return "".join(lines)


@pytest.mark.parametrize(
    "number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: signal.Signals(number).name
)
def test_it_says_where_it_is_and_ends_at_a_signal(
    number: signal.Signals, tmp_path: Path, event_file: Path
) -> None:
    keys = []
    for _ in range(2):
        process = started(tmp_path / "home", str(event_file))
        try:
            said = told(process)
            address = re.search(r"board\s+(http://127\.0\.0\.1:\d+)/", said)
            assert address, said + process.communicate(timeout=30)[1]
            with urllib.request.urlopen(f"{address[1]}/", timeout=20) as answer:  # noqa: S310 - our own.
                page = answer.read().decode()
            assert "Spring ball" in page
            assert len(re.findall(r"^  [0-9A-Z]{5}-[0-9A-Z]{5}", said, re.MULTILINE)) == 2
            key = re.search(r"^ {15}(\S{32})$", said, re.MULTILINE)
            assert key, said
            assert key[1] not in page
            keys.append(key[1])
            process.send_signal(number)
            out, error = process.communicate(timeout=30)
        finally:
            process.kill()
        assert process.returncode == 0, error
        assert "takes it up again" in out
        assert "Traceback" not in error
    # The same event, taken up again: nobody has to join anew.
    assert keys[0] == keys[1]


def test_beyond_loopback_it_speaks_tls(tmp_path: Path) -> None:
    process = started(tmp_path / "home", "--host", "0.0.0.0", "--hostname", "localhost")
    try:
        said = told(process)
        address = re.search(r"board\s+(https://localhost:\d+)/", said)
        assert address, said + process.communicate(timeout=30)[1]
        assert "SHA-256" in said
        assert re.search(r"join code\s+[0-9A-Z]{5}-[0-9A-Z]{5}", said)
        context = ssl.create_default_context(cafile=str(tmp_path / "home" / "events" / "web.pem"))
        with urllib.request.urlopen(f"{address[1]}/", timeout=20, context=context) as answer:  # noqa: S310 - our own.
            assert answer.status == 200
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
    finally:
        process.kill()
    assert process.returncode == 0
