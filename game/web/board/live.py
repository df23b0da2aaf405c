"""The parts of the board that change by themselves, rendered once a tick for everybody who looks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from game.web.board.glance import board_glance
from game.web.stream import Picture

if TYPE_CHECKING:
    from game.event.hall import Hall
    from game.web.app import Web

PARTS = ("head", "notice", "ticker")


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardScreen:
    """`wall`: as the projector shows it. Takes the spectators' view from the hall and nothing else."""

    app: Web
    hall: Hall
    wall: bool

    def __call__(self) -> Picture:
        board = self.hall.board()
        words = {"glance": board_glance(board), "wall": self.wall, "address": self.app.address}
        parts = {part: self._rendered(part, words) for part in PARTS}
        parts["rows"] = self._rendered("wall" if self.wall else "rows", words)
        # Changes every second: whoever hears nothing for a while knows that the connection is lost.
        parts["stamp"] = f"{datetime.now(UTC):%H:%M:%S}"
        return Picture(seq=board.seq, parts=parts)

    def _rendered(self, part: str, words: dict[str, object]) -> str:
        return self.app.jinja_env.get_template(f"board/_{part}.html").render(**words)
