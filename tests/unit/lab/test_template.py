"""Templates of other versions are kept for a while, and not for ever."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from game.lab.runtime.template import BUILDING, KEPT, prune

if TYPE_CHECKING:
    from pathlib import Path


def test_the_newest_templates_stay_and_what_is_being_built(tmp_path: Path) -> None:
    for age in range(KEPT + 2):
        (tmp_path / f"postgres-{age}").mkdir()
        os.utime(tmp_path / f"postgres-{age}", (1_000 - age, 1_000 - age))
    (tmp_path / f"postgres-x{BUILDING}").mkdir()
    os.utime(tmp_path / f"postgres-x{BUILDING}", (0, 0))
    (tmp_path / "certificates").mkdir()
    prune(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {
        *(f"postgres-{age}" for age in range(KEPT)),
        f"postgres-x{BUILDING}",
        "certificates",
    }
