"""What an event is to be: its run sheet and the teams that are known before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from game.core.contest.facts import EventOpened


@dataclass(frozen=True, slots=True, kw_only=True)
class EventPlan:
    """`teams`: names of those enrolled at the start."""

    opened: EventOpened
    teams: tuple[str, ...] = ()
