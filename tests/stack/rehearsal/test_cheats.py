"""No known cheat pays: each is played on a running exercise, and scored by what it alone would have earned."""

from __future__ import annotations

import os
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from unittest.mock import patch

import pytest

from game.director.order import Order
from game.rehearsal.cheating import play_cheats

STACKS = 2
WITHIN_S = 600
MUST_BE_REFUSED = {"submit before the fault", "echo the nonce", "another team's answer"}
LOAD_ONLY = {
    "serve only the load's programs",
    "serve only the load's cookies",
    "serve only the load's addresses",
}


@pytest.mark.stack
@pytest.mark.timeout(WITHIN_S)
def test_no_cheat_pays_on_macarena() -> None:
    order = Order(code="macarena", seed=0)
    with tempfile.TemporaryDirectory(prefix="dc-") as home, patch.dict(os.environ, DANCEOFF_HOME=home):
        Path(home).chmod(0o755)
        with ThreadPoolExecutor(max_workers=STACKS) as pool:
            parts = list(pool.map(lambda part: play_cheats(order, part, STACKS), range(STACKS)))
    cheats = {cheat.name: cheat for part in parts for cheat in part.cheats}
    for cheat in cheats.values():
        print(f"{cheat.name}: {cheat.outcome}; {cheat.words[:120]}")  # noqa: T201 - the table is what the test shows
    assert len(cheats) >= 27
    assert [left for part in parts for left in part.left] == []
    # Nothing of macarena's can be cured by a bad repair, so nothing may earn a point.
    assert {cheat.name: cheat.earned for cheat in cheats.values() if cheat.earned} == {}
    assert {cheat.outcome for cheat in cheats.values()} == {"refused", "earns nothing"}
    assert {name for name, cheat in cheats.items() if cheat.outcome == "refused"} >= MUST_BE_REFUSED
    # The load is well with these, and those whom it does not know are not: that is what gives them away.
    assert any(cheats[name].words.startswith("not served: ") for name in LOAD_ONLY)
