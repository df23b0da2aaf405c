"""A scripted team that knows its craft: whoever reads the guilty change understands it. What takes time is finding it.

It uses instruments as people do, one after the other, each with its time for reading, and starts from whatever it was told:
a sign that names the change, a note of the change log, or nothing at all.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from game.core.control.note import NOTES
from game.director.requests import Acknowledge, Look
from game.rehearsal.grading import record, right_diagnosis
from game.rehearsal.house import BY, RECOVERY_WITHIN_S, wait
from game.rehearsal.mending import mend

if TYPE_CHECKING:
    from collections.abc import Callable

    from game.core.views import ChangeView
    from game.director.performance import Performance

PAGE_WITHIN_S = 90.0
# What a runbook of before has people look at first, in its order: the layers of this stack, then what changed.
LONG_WAY = (
    ("users", "status"), ("haproxy", "request"), ("haproxy", "logs haproxy"), ("postgres", "psql"),
    ("postgres", "metrics"), ("redis", "redis"), ("haproxy", "lb show stat"), ("haproxy", "changes"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """`reading_s`: what one look takes, from the question to its answer; `told` hears every step."""

    reading_s: float
    told: Callable[[str], None] = lambda _step: None

    def play(self, performance: Performance) -> None:
        """From the page to the declaration."""
        wait(performance, "a page", lambda now: now.state.page is not None, PAGE_WITHIN_S)
        self._pause("reads the page")
        performance.ask(Acknowledge(by=BY))
        self._find(performance)
        performance.diagnose(right_diagnosis(performance))
        self.told("diagnoses")
        mend(performance)
        self.told("takes the change back")
        wait(performance, "recovery", lambda now: now.state.recovery is not None, RECOVERY_WITHIN_S)
        performance.resolve(record(performance))
        wait(performance, "the close", lambda now: now.state.revealed is not None, RECOVERY_WITHIN_S)

    def _find(self, performance: Performance) -> None:
        """Look until the guilty change has been read."""
        revisions = {one for one in performance.conductor.glimpse().progress.revisions if one}
        if not self._pointed_at(performance):
            for layer, instrument in LONG_WAY:
                self._look(performance, layer, instrument)
        for change in self._suspects(performance):
            self._look(performance, "haproxy", f"reads {change.revision[:8] or change.name}")
            if change.revision in revisions:
                return

    def _pointed_at(self, performance: Performance) -> bool:
        """Whether something told the team that a change is behind it."""
        state = performance.conductor.glimpse().state
        return state.sign is not None or any(one.event.sender == NOTES for one in state.messages)

    def _suspects(self, performance: Performance) -> list[ChangeView]:
        """Which changes to read, in which order: what the sign names first, then by the notes, else from the newest on."""
        changes = [one for one in performance.proposals.log().changes if one.revision]
        state = performance.conductor.glimpse().state
        if state.sign is not None:
            changes.sort(key=lambda one: not one.owes_a_review)
        elif any(one.event.sender == NOTES for one in state.messages):
            changes.sort(key=lambda one: not one.risks)
        return changes

    def _look(self, performance: Performance, layer: str, instrument: str) -> None:
        performance.ask(Look(by=BY, layer=layer, instrument=instrument))
        self._pause(f"{layer}: {instrument}")

    def _pause(self, step: str) -> None:
        """The time that reading takes; waits on an event that never comes, so that a signal ends it at once."""
        self.told(step)
        threading.Event().wait(self.reading_s)
