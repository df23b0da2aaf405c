"""The second round of an exercise, played up to the moment at which its follow-ups show what they are worth."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from game.core.second.worth import shown_ms
from game.rehearsal.house import BY, FAULT_WITHIN_S, PAGE_WITHIN_S, rehearse, wait
from game.rehearsal.leftovers import leftovers
from game.rehearsal.proof import Failure, Purchase

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from game.core.second.worth import Worth
    from game.director.order import Order

# Beyond its bound it would be a failure; so much later nobody has to look any more.
GRACE_S = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Bought:
    """What came of one purchase: how long after the change it showed, in seconds; None if it did not."""

    worth: Worth
    seconds: float | None
    left: tuple[str, ...]
    root: Path

    @property
    def purchase(self) -> Purchase:
        return Purchase(buy=self.worth.buy, shows=self.worth.shows, seconds=self.seconds)


def play_bought(order: Order, worth: Worth) -> Bought:
    """Play the fault with what was bought, until it shows or its time is over."""
    bought = replace(order, follow_ups=worth.buy, first_round=BY, marker="")
    with rehearse(bought, patient=True) as performance:
        wait(performance, "the fault", lambda now: bool(now.state.faults), FAULT_WITHIN_S)
        conductor = performance.conductor

        def since() -> int | None:
            return shown_ms(worth.shows, conductor.glimpse().state, conductor.events())

        conductor.wait_for(lambda _now: since() is not None, min(worth.within_s + GRACE_S, PAGE_WITHIN_S))
        found = since()
    return Bought(
        worth=worth,
        seconds=None if found is None else round(found / 1000, 2),
        left=leftovers(performance.root),
        root=performance.root,
    )


def bought_failures(bought: Sequence[Bought]) -> Iterator[Failure]:
    """Each purchase shows what it is declared to, in time."""
    for one in bought:
        name = f"{', '.join(one.worth.buy)}: {one.worth.shows}"
        if one.seconds is None or one.seconds > one.worth.within_s:
            measured = "never" if one.seconds is None else f"after {one.seconds} s"
            yield Failure(
                proof="12 follow-ups", measured=f"{name} {measured}", bound=f"within {one.worth.within_s:g} s"
            )
        for left in one.left:
            yield Failure(proof="8 nothing left", measured=left, bound="no process, no transient file")
