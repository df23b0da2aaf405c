"""A run played again in a terminal: which line to show when. Pure; who plays it does the waiting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from game.core import events as kinds
from game.core.chronicle import strand, who
from game.core.durations import clock, percent
from game.core.report.labels import strand_sign
from game.core.report.sparkline import sparkline
from game.core.sealed import open_to_all
from game.core.text import printable
from game.core.words import in_words
from game.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

STATUS_EVERY_MS = 5000
RECENT = 24
LEFT_OUT = kinds.StepDone | kinds.FaultArmed | kinds.AnswerRevealed


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """`due_ms` counts from the start of the replay at its speed, `at_ms` on the run clock.

    A status may be overwritten by the next one; an event's line stays.
    """

    due_ms: int
    at_ms: int
    line: str
    status: bool


def frames(events: Sequence[kinds.Recorded], *, speed: float) -> Iterator[Frame]:
    """All events that may be shown, as they were recorded, and every five seconds of the run how its users were.

    `speed` is a factor above 0: 10 plays a run of ten minutes in one. Raises UsageError for any other.
    """
    if speed <= 0:
        raise UsageError(
            f"a replay cannot run at speed {speed:g}", hint="give a factor above 0, such as --speed 10"
        )
    recent: list[float | None] = []
    status_due_ms = 0
    for recorded in open_to_all(events):
        event = recorded.event
        if isinstance(event, kinds.LoadSampled):
            recent.append(1 - event.bad / event.offered if event.offered else None)
            if recorded.at_ms < status_due_ms:
                continue
            status_due_ms = recorded.at_ms + STATUS_EVERY_MS
            line, status = _status(recorded.at_ms, event, recent[-RECENT:]), True
        elif isinstance(event, LEFT_OUT):
            continue
        else:
            line, status = event_line(recorded), False
        yield Frame(due_ms=round(recorded.at_ms / speed), at_ms=recorded.at_ms, line=line, status=status)


def event_line(recorded: kinds.Recorded) -> str:
    """Run clock, sign, role and words of one event, as replay, ticker and terminal show it."""
    event = recorded.event
    return f"{clock(recorded.at_ms):>8} {strand_sign(strand(event))} {printable(who(event)):<14} {in_words(event)}"


def _status(at_ms: int, sample: kinds.LoadSampled, recent: Sequence[float | None]) -> str:
    success = percent(1 - sample.bad / sample.offered, digits=0) if sample.offered else "none"
    shown = sparkline(recent, low=0.5, high=1)
    return (
        f"{clock(at_ms):>8}   success {success:>5} {shown:<{RECENT}} limbo {sample.limbo} of {sample.users}"
    )
