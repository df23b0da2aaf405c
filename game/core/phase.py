"""The phase of a run: how far it has come, in words that everybody may see.

Milestones do not always come in the textbook's order: a recovery before the acknowledgement is a recovery all the same, and
a relapse takes it back. So the phase is a function of what holds now, never a step in a sequence.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, assert_never

if TYPE_CHECKING:
    from game.core.run import RunState


class Phase(StrEnum):
    PREPARING = "preparing"
    STEADY = "steady"
    FAULTED = "faulted"
    PAGED = "paged"
    ACKNOWLEDGED = "acknowledged"
    DIAGNOSED = "diagnosed"
    RECOVERED = "recovered"
    VALIDATED = "validated"
    TIMED_OUT = "timed-out"
    ABORTED = "aborted"
    VOID = "void"


def phase_of(state: RunState) -> Phase:
    """An interrupted run is an aborted one; `closed` says how. Resolved without recovery keeps the phase it reached."""
    if state.closed is None:
        return _reached(state)
    how = state.closed.event.how
    match how:
        case "resolved":
            return _reached(state)
        case "timed-out":
            return Phase.TIMED_OUT
        case "aborted" | "interrupted":
            return Phase.ABORTED
        case "void":
            return Phase.VOID
        case _:
            assert_never(how)


def _reached(state: RunState) -> Phase:
    ladder = (
        (validated(state), Phase.VALIDATED),
        (state.recovery is not None, Phase.RECOVERED),
        (bool(state.counted_diagnoses), Phase.DIAGNOSED),
        (state.acknowledgement is not None, Phase.ACKNOWLEDGED),
        (state.page is not None, Phase.PAGED),
        (bool(state.faults), Phase.FAULTED),
        (state.steady is not None, Phase.STEADY),
    )
    return next((phase for holds, phase in ladder if holds), Phase.PREPARING)


def validated(state: RunState) -> bool:
    """Declared over after the real recovery. The doubt about its time, in ms, is in the trainee's favour."""
    if state.resolution is None or state.recovery is None:
        return False
    recovery = state.recovery.event
    return state.resolution.at_ms >= recovery.recovered_ms - recovery.uncertainty_ms
