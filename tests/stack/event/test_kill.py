"""kill -9 of an event's process: what was acknowledged is there, and the board comes back right."""

# ruff: noqa: T201 - measurements are there to be printed

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.stack.event.killing import kill_once

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.stack, pytest.mark.timeout(900)]


@pytest.mark.parametrize(("mark", "plus_s"), [("prepared", 2.0), ("go", 3.0)])
def test_the_board_comes_back_right(own_home: Path, mark: str, plus_s: float) -> None:
    killed = kill_once(own_home, mark, plus_s)
    print(
        f"killed {plus_s} s after {mark!r}: {killed.acknowledged} acknowledged, {len(killed.lost)} lost, "
        f"{killed.interrupted} runs interrupted, board {killed.board_s:.2f} s after opening"
    )
    assert killed.lost == ()
    assert killed.wrong == ()
    assert killed.left == ()
    assert killed.board_s < 5
    assert killed.acknowledged > 10
    assert killed.interrupted == 2 or mark != "go"
