"""What an exercise says that follow-ups are worth in its second round: proved by machine, not only told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, assert_never

from game.core.control.note import NOTES
from game.core.events import ConfigurationApplied, MessageReceived
from game.core.second.canary import CANARY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from game.core.events import Recorded
    from game.core.run import RunState

Shows = Literal["named", "noted", "paged", "taken-back"]
"""The sign names it; a note of the change log comes; the exercise's own alert pages; the change goes back by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """Whoever buys `buy` sees `shows` within `within_s` of the change, and without it does not."""

    buy: tuple[str, ...]
    shows: Shows
    within_s: float


def shown_ms(shows: Shows, state: RunState, events: Sequence[Recorded]) -> int | None:
    """When it showed, in ms since the change was in service; None if it did not. A page counts from the change's beginning."""
    if not state.faults or state.armed_at_ms is None:
        return None
    since_ms = state.faults[-1].at_ms
    match shows:
        case "named":
            found = state.first_sign.at_ms if state.first_sign else None
        case "noted":
            found = _first(events, state.armed_at_ms, MessageReceived, NOTES)
        case "paged":
            since_ms = state.armed_at_ms
            found = state.symptom.at_ms if state.symptom else None
        case "taken-back":
            found = _first(events, state.armed_at_ms, ConfigurationApplied, CANARY)
        case _:
            assert_never(shows)
    return None if found is None else max(0, found - since_ms)


def _first(events: Sequence[Recorded], from_ms: int, kind: type, by: str) -> int | None:
    for one in events:
        who = getattr(one.event, "sender", "") or getattr(one.event, "actor", "")
        if one.at_ms >= from_ms and isinstance(one.event, kind) and who == by:
            return one.at_ms
    return None
