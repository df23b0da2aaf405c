"""The parts of the facilitator's page that change by themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from game.web.facilitator.glance import floor_glance
from game.web.stream import Picture

if TYPE_CHECKING:
    from game.event.hall import Hall
    from game.web.app import Web

PARTS = ("head", "controls", "floor", "sheet")


@dataclass(frozen=True, slots=True, kw_only=True)
class FloorScreen:
    """What only the facilitator may see: never listened to under a name that others can ask for."""

    app: Web
    hall: Hall

    def __call__(self) -> Picture:
        glance = floor_glance(self.hall.floor(), self.app.presence.here)
        return Picture(
            seq=glance.board.board.seq, parts={part: self._rendered(part, glance=glance) for part in PARTS}
        )

    def _rendered(self, part: str, **words: object) -> str:
        return self.app.jinja_env.get_template(f"facilitator/_{part}.html").render(**words)
