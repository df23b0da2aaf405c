"""A scaffolded exercise bites on the real stack, and measuring it tells whom."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from game.catalog.scaffold import scaffold
from game.catalog.stack import load_stack
from game.cli.measure import measure_draft

ROOT = Path(__file__).parents[3]
pytestmark = pytest.mark.stack


def test_a_new_exercise_bites_and_its_measure_names_the_cohort(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = scaffold("beguine", "", tmp_path, load_stack(ROOT / "stacks" / "auth"))
    # A home of its own, short enough for the paths of sockets and open to the servers' account.
    with tempfile.TemporaryDirectory(prefix="dm-") as home:
        Path(home).chmod(0o755)
        monkeypatch.setenv("DANCEOFF_HOME", home)
        measured = measure_draft(folder, "beguine")
    print(f"scaffold: {measured.words}")  # noqa: T201 - the figure is what this test is for
    assert measured.expected is not None, measured.words
    assert "mobile" in {bounds.cohort for bounds in measured.expected.cohorts}
    assert measured.expected.measured
    assert measured.expected.low <= 0.18 <= measured.expected.high
