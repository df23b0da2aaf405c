"""Closing runs that did not come to their end: in the journal, an open run is one that somebody plays."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from game.core.events import Closed
from game.director.clock import wall_ms
from game.errors import AlreadyRecorded, DanceoffError, StorageFailed, Tampered

if TYPE_CHECKING:
    from types import TracebackType

    from game.director.conductor import Conductor
    from game.journal import Journal

DIED = "the game died before the run was over"


def close_dangling(journal: Journal) -> tuple[str, ...]:
    """Close as interrupted every run whose writer is dead; returns their ids. Runs of living games are not touched.

    They end at the time of their last fact: what came after it, nobody knows.
    """
    return tuple(run.run_id for run in journal.runs() if not run.how and _close(journal, run.run_id))


def close_unplayed(
    conductor: Conductor,
    _kind: type[BaseException] | None,
    error: BaseException | None,
    _trace: TracebackType | None,
) -> None:
    """Close a run whose opening came to an untimely end; has the form of a context manager's `__exit__`."""
    if error is None:
        return
    interrupted = isinstance(error, KeyboardInterrupt)
    closed = Closed(
        how="interrupted" if interrupted else "void",
        reason="interrupted while it was being opened" if interrupted else str(error),
    )
    # What ended the opening is what its caller has to hear, even if the journal fails as well.
    with suppress(DanceoffError):
        conductor.record(closed)


def _close(journal: Journal, run: str) -> bool:
    try:
        facts = journal.read(run)
        at_ms = facts[-1].at_ms if facts else 0
        with journal.writer(run) as writer:
            writer.append(((at_ms, wall_ms(), Closed(how="interrupted", reason=DIED)),))
    except (StorageFailed, AlreadyRecorded, Tampered):
        # Its game lives, another game that starts at this moment was faster, or only a newer danceoff can read it.
        return False
    return True
