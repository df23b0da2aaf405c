"""What a run waits for when it is played beside others: so that all are broken at one instant, and none tells the answer early."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def _nothing() -> None:
    return


def _yes() -> bool:
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """Each is called from the run's own threads; the run of somebody who plays alone waits for nothing.

    `lifted`: may the first fault be armed? Asked a few times a second, and quick.
    `together`: called when the first fault is checked and ready, right before it comes into service; may wait for others.
    `debriefed`: may the debrief be shown, once the run is closed?
    `others`: the runs that are played beside it, for the race in the debrief.
    """

    lifted: Callable[[], bool] = _yes
    together: Callable[[], None] = _nothing
    debriefed: Callable[[], bool] = _yes
    others: Callable[[], tuple[str, ...]] = tuple


ALONE = Gate()
