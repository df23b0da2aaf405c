"""The parts of a team's screen that change by themselves, rendered once for everybody of the team who looks at it."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from game.core import events as fact
from game.web.stream import Picture
from game.web.trainee.glance import SHOWN_MS, glance

if TYPE_CHECKING:
    from game.core.events import Recorded
    from game.director.performance import Performance
    from game.web.app import Web

PARTS = ("clock", "sign", "strip", "users", "feed", "respond", "presence")
# A sample a second, and some room.
MOST_SAMPLES = SHOWN_MS // 1000 + 10
MOST_FACTS = 400


@dataclass(slots=True)
class Screen:
    """Follows the runs of one team; asked by one thread only, its subject's."""

    app: Web
    team: str
    _run: str = ""
    _seen: int = 0
    _samples: deque[Recorded] = field(default_factory=lambda: deque(maxlen=MOST_SAMPLES))
    _facts: deque[Recorded] = field(default_factory=lambda: deque(maxlen=MOST_FACTS))

    def __call__(self) -> Picture:
        performance = self.app.house.performance(self.team)
        if performance is None:
            return Picture(seq=0, parts={"clock": "", "strip": self._rendered("waiting")})
        told = self._told(performance)
        words = {
            "glance": glance(performance.view(), told),
            "here": self.app.presence.here(self.team),
            "parts": self.app.house.parts(self.team),
        }
        return Picture(seq=self._seen, parts={part: self._rendered(part, **words) for part in PARTS})

    def _told(self, performance: Performance) -> tuple[Recorded, ...]:
        """What may be told, the old load samples left out. Once the run is closed, more may be told than before."""
        if performance.run != self._run:
            self._run, self._seen = performance.run, 0
            self._samples.clear()
            self._facts.clear()
        for recorded in performance.told(self._seen):
            kept = self._samples if isinstance(recorded.event, fact.LoadSampled) else self._facts
            kept.append(recorded)
            self._seen = recorded.seq
        return tuple(sorted((*self._samples, *self._facts), key=lambda recorded: recorded.seq))

    def _rendered(self, part: str, **words: object) -> str:
        return self.app.jinja_env.get_template(f"team/_{part}.html").render(**words)
