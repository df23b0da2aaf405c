"""Whom the janitor cleans up after: games that are dead, and nobody else."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from game.lab.containers.janitor import clean
from game.lab.home import Home
from game.lab.ports import lock_file
from game.lab.register import ALIVE, ENGINE, REMOVED

if TYPE_CHECKING:
    from pathlib import Path


def run_in(home: Home, name: str, where: Path) -> Path:
    root = home.runs / name
    root.mkdir(parents=True)
    (root / ENGINE).write_text(json.dumps({"address": f"unix://{where}", "run": name}))
    return root


def test_a_living_game_is_left_alone_and_so_is_a_run_of_processes(tmp_path: Path) -> None:
    home = Home(path=tmp_path)
    root = run_in(home, "living", tmp_path / "no.sock")
    (home.runs / "processes").mkdir()
    lock = lock_file(root / ALIVE)
    assert lock >= 0
    assert clean(home) == ()
    os.close(lock)


def test_an_engine_that_is_away_is_asked_again(tmp_path: Path) -> None:
    home = Home(path=tmp_path)
    root = run_in(home, "dead", tmp_path / "no.sock")
    assert clean(home) == ()
    assert not (root / REMOVED).exists()
