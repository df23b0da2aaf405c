"""Where the time went, layer by layer: shown, never scored."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from game.core.run import LayerTime

if TYPE_CHECKING:
    from collections.abc import Sequence

    from game.core.run import RunState

LONGEST_LOOK_MS = 60_000


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


def looked_until(state: RunState, until_ms: int) -> RunState:
    """Count the look that ends now for its layer: from one look to the next, at most a minute, since the fault."""
    fault_at_ms = state.fault_at_ms
    if state.looking is None or fault_at_ms is None:
        return state
    began_ms = max(state.looking.at_ms, fault_at_ms)
    spent_ms = min(max(0, until_ms - began_ms), LONGEST_LOOK_MS)
    layer = state.looking.event.layer
    before = next((one.spent_ms for one in state.looked if one.layer == layer), 0)
    others = tuple(one for one in state.looked if one.layer != layer)
    total = LayerTime(layer=layer, spent_ms=before + spent_ms)
    return replace(state, looked=tuple(sorted((*others, total), key=lambda one: one.layer)))
