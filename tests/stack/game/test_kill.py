"""kill -9 of the game: what was acknowledged is in the journal, nothing lives on, the next start closes the run."""

# ruff: noqa: T201 - measurements are there to be printed

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from game.director.aftermath import DIED
from tests.stack.game.killing import Moment, kill_once, start_and_fail
from tests.stack.game.traces import ending, facts

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.stack


@pytest.fixture
def own_home(warm_home: Path) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="dk-", dir="/tmp"))
    folder.chmod(0o711)
    if (warm_home / "cache").is_dir():
        subprocess.run(["cp", "-al", str(warm_home / "cache"), str(folder)], check=True, timeout=60)
    yield folder
    shutil.rmtree(folder)


@pytest.mark.parametrize(
    "moment",
    [
        Moment(mark="", plus_s=0.4),
        Moment(mark="redis", plus_s=0.3),
        Moment(mark="The shift begins", plus_s=3.0),
    ],
    ids=str,
)
def test_nothing_acknowledged_is_lost_and_nothing_lives_on(moment: Moment, own_home: Path) -> None:
    killed = kill_once(own_home, moment)
    print(
        f"killed {moment}: {killed.acknowledged} acknowledged, {len(killed.lost)} lost, gone in {killed.gone_s} s"
    )
    assert killed.lost == ()
    assert killed.left == ()
    assert killed.acknowledged > 20 or moment.mark != "The shift begins"
    if not killed.run:
        return
    assert ending(own_home, killed.run) is None
    before = facts(own_home, killed.run)
    done = start_and_fail({**os.environ, "DANCEOFF_HOME": str(own_home)})
    assert done.returncode == 3, done.stderr
    closed = ending(own_home, killed.run)
    assert closed is not None
    assert (closed.how, closed.reason) == ("interrupted", DIED)
    assert facts(own_home, killed.run)[:-1] == before
