"""The glass that a team broke: changes that went in without the approval they needed. What somebody else broke is not theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from game.core.control.ledger import ledger

if TYPE_CHECKING:
    from game.core.control.ledger import LoggedChange
    from game.core.run import RunState


def glass_broken(state: RunState) -> tuple[LoggedChange, ...]:
    """In the order in which it was broken."""
    scripted = {*(fault.event.revision for fault in state.faults), *state.later_revisions} - {""}
    return tuple(
        change
        for change in ledger(state)
        if change.made and change.emergency and change.revision not in scripted
    )
