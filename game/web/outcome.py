"""What became of an act, kept for a moment: a form without scripts is answered by a redirect, and shown after it."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from game.core.views import Reply

MOST = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """`place`: which part of the page it belongs to. `hint`: what to do next when it failed."""

    place: str
    words: str
    good: bool = True
    hint: str = ""
    lines: tuple[str, ...] = ()


NO_OUTCOME = Outcome(place="", words="")


def of_reply(place: str, reply: Reply) -> Outcome:
    return Outcome(place=place, words=reply.words, good=reply.accepted, lines=reply.lines)


@dataclass(slots=True)
class Outcomes:
    """The latest outcomes of everybody, each readable by its own team only."""

    _kept: OrderedDict[str, tuple[str, Outcome]] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def keep(self, team: str, outcome: Outcome) -> str:
        """Keep it; gives the name by which the next page asks for it."""
        name = secrets.token_urlsafe(9)
        with self._lock:
            self._kept[name] = (team, outcome)
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)
        return name

    def find(self, team: str, name: str) -> Outcome:
        with self._lock:
            owner, outcome = self._kept.get(name, ("", NO_OUTCOME))
        return outcome if owner == team else NO_OUTCOME
