"""HAProxy itself accepts what the exercise does to its configuration, without a warning."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from game.catalog.load import load_exercise
from game.catalog.stack import load_stack
from game.core.exercise import LbChange
from game.lab.binaries import find_programs
from game.lab.certificates import make_certificates

ROOT = Path(__file__).parents[3]
pytestmark = pytest.mark.stack


def accepted(lb: Path) -> str:
    """HAProxy's words about the configuration in this folder; empty if it has nothing to say."""
    text = (lb / "haproxy.cfg").read_text(encoding="utf-8")
    names = sorted(set(re.findall(r"@([a-z0-9_]+(?:\.[a-z0-9_]+)+)@", text)))
    for number, name in enumerate(names):
        text = text.replace(f"@{name}@", f"127.0.0.1:{20000 + number}")
    (lb / "filled.cfg").write_text(text, encoding="utf-8")
    command = [str(find_programs().path("haproxy")), "-c", "-q", "-f", "filled.cfg"]
    done = subprocess.run(command, cwd=lb, capture_output=True, text=True, timeout=20, check=False)
    return f"{done.stdout}{done.stderr}" if done.returncode else ""


def apply(lb: Path, patch: str) -> None:
    command = ["git", "apply", "-"]
    done = subprocess.run(
        command, cwd=lb, input=patch, capture_output=True, text=True, timeout=20, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("seed", [0, 1, 3])
def test_haproxy_accepts_every_state(seed: int, tmp_path: Path) -> None:
    exercise = load_exercise(ROOT / "exercises/macarena", load_stack(ROOT / "stacks/auth"), seed).exercise
    (fault,) = exercise.faults
    assert isinstance(fault, LbChange)
    lb, private = tmp_path / "lb", tmp_path / "private"
    shutil.copytree(ROOT / "stacks/auth/haproxy", lb)
    (lb / "certs").mkdir()
    private.mkdir()
    make_certificates(lb, private, None)
    for change in exercise.history:
        apply(lb, change.patch)
    assert accepted(lb) == ""
    for change in (fault.change, *exercise.later):
        apply(lb, change.patch)
        assert accepted(lb) == ""
    for patch in (turn.patch for turn in exercise.wrong_turns if turn.patch):
        apply(lb, patch)
        assert accepted(lb) == ""
