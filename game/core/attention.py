"""Where the time went, layer by layer: shown, never scored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from game.core.run import RunState


@dataclass(frozen=True, slots=True, kw_only=True)
class Attention:
    """Time spent looking at one layer; `innocent` is None as long as the answer is sealed."""

    layer: str
    spent_ms: int
    innocent: bool | None


def attention(state: RunState) -> tuple[Attention, ...]:
    """Longest first."""
    guilty = state.revealed.event.layer if state.revealed else None
    found = (
        Attention(
            layer=looked.layer,
            spent_ms=looked.spent_ms,
            innocent=None if guilty is None else looked.layer != guilty,
        )
        for looked in state.looked
    )
    return tuple(sorted(found, key=lambda one: (-one.spent_ms, one.layer)))


def innocent_ms(times: Sequence[Attention]) -> int:
    return sum(time.spent_ms for time in times if time.innocent)
