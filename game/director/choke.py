"""A load that is too much for a stack that has not got warm: it rests for a moment, and is offered again.

Logins that time out are tried again, and cost more than the sessions that would follow them; on a busy machine a start can stay
like that for ever. Only before steady state is proved: afterwards whatever happens is the exercise.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from game.director.steady import WARM_UP_MS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from game.core.events import LoadSampled

CHOKED_SAMPLES = 4
MOSTLY_BAD = 0.5
REST_MS = 4_000
MOST_RESTS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Rests:
    """`since_ms`: when the load was last offered anew. `until_ms`: when the present rest ends; None while the load flows."""

    taken: int = 0
    since_ms: int = 0
    until_ms: int | None = None

    @property
    def resting(self) -> bool:
        return self.until_ms is not None


def rests(before: Rests, samples: Sequence[LoadSampled], at_ms: int) -> Rests:
    """Whether the load should rest now, or flow again. Times are the run clock's, in milliseconds."""
    if before.until_ms is not None:
        if at_ms < before.until_ms:
            return before
        return Rests(taken=before.taken, since_ms=at_ms)
    fresh = [sample for sample in samples if sample.from_ms >= before.since_ms + WARM_UP_MS][-CHOKED_SAMPLES:]
    choked = len(fresh) == CHOKED_SAMPLES and all(
        sample.bad > sample.offered * MOSTLY_BAD for sample in fresh
    )
    if not choked or before.taken == MOST_RESTS:
        return before
    return Rests(taken=before.taken + 1, since_ms=before.since_ms, until_ms=at_ms + REST_MS)
