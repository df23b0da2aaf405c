"""The cold handoff: one responder leaves with a short note, another one starts from it. What was looked at twice?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from game.core.events import LookedAt, ResponderReplaced

if TYPE_CHECKING:
    from collections.abc import Sequence

    from game.core.events import Recorded

MOST_WORDS = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Handoff:
    """`at_ms` on the run clock. `twice`: instruments that both responders used, in the order of the second's looks.

    `again_ms`: when the second had looked at the last of those; None if nothing was looked at twice.
    """

    at_ms: int
    by: str
    note: str
    looks_before: int
    looks_after: int
    twice: tuple[str, ...]
    again_ms: int | None


def handoff(events: Sequence[Recorded]) -> Handoff | None:
    """The handoff of a run, if there was one."""
    given = next((one for one in events if isinstance(one.event, ResponderReplaced)), None)
    if given is None or not isinstance(given.event, ResponderReplaced):
        return None
    before = [one.event for one in events if one.seq < given.seq and isinstance(one.event, LookedAt)]
    after = [one for one in events if one.seq > given.seq and isinstance(one.event, LookedAt)]
    known = {(look.layer, look.instrument) for look in before}
    again = [
        one
        for one in after
        if isinstance(one.event, LookedAt) and (one.event.layer, one.event.instrument) in known
    ]
    twice = dict.fromkeys(_called(one.event) for one in again if isinstance(one.event, LookedAt))
    return Handoff(
        at_ms=given.at_ms,
        by=given.event.by,
        note=given.event.note,
        looks_before=len(before),
        looks_after=len(after),
        twice=tuple(twice),
        again_ms=again[-1].at_ms if again else None,
    )


def _called(look: LookedAt) -> str:
    return f"{look.layer}: {look.instrument}"
