"""No known cheat pays: each is played on a running exercise, and scored by what it alone would have earned."""

from __future__ import annotations

import os
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest

from game.director.order import Order
from game.rehearsal.cheating import play_cheats

if TYPE_CHECKING:
    from game.rehearsal.cheating import Cheats

STACKS = 2
# A runtime command, a stale reload, a service, a toxic, a rule that catches too many.
ELSEWHERE = ("mazurka", "rigaudon", "sardana", "milonga", "merengue")
ALL = 27
WITHIN_S = 900
MUST_BE_REFUSED = {"submit before the fault", "echo the nonce", "another team's answer"}
LOAD_ONLY = {
    "serve only the load's programs",
    "serve only the load's cookies",
    "serve only the load's addresses",
}


@pytest.mark.stack
@pytest.mark.timeout(WITHIN_S)
def test_no_cheat_pays_on_macarena() -> None:
    parts = played(("macarena",) * STACKS)
    cheats = {cheat.name: cheat for part in parts for cheat in part.cheats}
    assert len(cheats) >= ALL
    # Nothing of macarena's can be cured by a bad repair, so nothing may earn a point.
    assert {cheat.name: cheat.earned for cheat in cheats.values() if cheat.earned} == {}
    assert {cheat.outcome for cheat in cheats.values()} == {"refused", "earns nothing"}
    assert {name for name, cheat in cheats.items() if cheat.outcome == "refused"} >= MUST_BE_REFUSED
    # The load is well with these, and those whom it does not know are not: that is what gives them away.
    assert any(cheats[name].words.startswith("not served: ") for name in LOAD_ONLY)


@pytest.mark.stack
@pytest.mark.timeout(WITHIN_S)
def test_no_cheat_pays_elsewhere() -> None:
    """Every script once more, dealt to other exercises; `tests/benchmarks/cheats_everywhere.py` plays all of them on each."""
    parts = played(ELSEWHERE)
    assert len({cheat.name for part in parts for cheat in part.cheats}) >= ALL
    outcomes = {
        (code, cheat.name): cheat.outcome
        for code, part in zip(ELSEWHERE, parts, strict=True)
        for cheat in part.cheats
    }
    assert [where for where, outcome in outcomes.items() if outcome == "pays"] == []


def played(codes: tuple[str, ...]) -> list[Cheats]:
    """Deal all cheats to stacks of these exercises, and play them beside each other; nothing may be left."""
    with tempfile.TemporaryDirectory(prefix="dc-") as home, patch.dict(os.environ, DANCEOFF_HOME=home):
        Path(home).chmod(0o755)
        with ThreadPoolExecutor(max_workers=len(codes)) as pool:
            orders = [Order(code=code, seed=0) for code in codes]
            parts = list(pool.map(play_cheats, orders, range(len(codes)), (len(codes),) * len(codes)))
    for code, part in zip(codes, parts, strict=True):
        for cheat in part.cheats:
            print(f"{code}: {cheat.name}: {cheat.outcome}; {cheat.words[:120]}")  # noqa: T201 - the table is what the test shows
    assert [left for part in parts for left in part.left] == []
    return parts
