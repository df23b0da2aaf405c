"""The neon sign's watcher: looks several times a second, and lights the sign for whatever has no record.

It can be broken on purpose, as real ones are: its measure poisoned, its voice silenced, its eyes on what moves by itself.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from game.core.control.ledger import ledger, unreviewed
from game.core.events import PageCleared, Paged
from game.core.sign.facts import (
    NEON,
    SignCleared,
    SignFinding,
    SignImpaired,
    SignLit,
    SignMended,
)
from game.core.sign.lamp import explain, findings, sentence
from game.core.views import SignView
from game.director.conductor import in_words
from game.errors import DanceoffError
from game.lab.lb.drift import drift
from game.lab.lb.statistics import stat_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from game.core.sign.facts import Impairment
    from game.director.conductor import Conductor
    from game.director.stage import Stage
    from game.lab.lb.drift import Snapshot

LOOK_EVERY_S = 0.2
# A sign that cries wolf does so for a while, then is still for a while.
CRIES_MS, STILL_MS = 4_000, 8_000


class Watch:
    """`alarm` is called with the sign's sentence when it lights. Without `on` it only keeps the records of commands."""

    def __init__(
        self,
        stage: Stage,
        conductor: Conductor,
        *,
        on: bool,
        alarm: Callable[[str], None] = lambda _said: None,
    ) -> None:
        self._stage = stage
        self._conductor = conductor
        self._on = on
        self._alarm = alarm
        self._explained: frozenset[str] = frozenset()
        self._number = 0
        self._poison: Snapshot | None = None
        self._silenced = ""
        self._wolf = False
        self._looked_ms = 0
        self._looking = threading.RLock()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="neon-sign", daemon=True)

    def start(self) -> None:
        if self._on:
            self._looked_ms = self._conductor.clock.now_ms()
            self._thread.start()

    @property
    def thread_id(self) -> int:
        """The watcher's thread, by which its processor time can be told; 0 while it does not run."""
        return self._thread.native_id or 0

    def stop(self) -> None:
        self._over.set()

    def join(self, within_s: float) -> None:
        if self._thread.is_alive():
            self._thread.join(within_s)

    def recorded(self, command: Callable[[], str]) -> str:
        """Give a command that is on record: what it changes of the running state is explained by that."""
        if not self._on:
            return command()
        with self._still():
            before = self._differences()
            answer = command()
            self._explained = explain(self._explained, before, self._differences())
            return answer

    def impair(self, how: Impairment, by: str, reason: str) -> None:
        """Break the sign in one of the ways in which signs are broken."""
        with self._still():
            match how:
                case "poisoned":
                    seen = self._stage.apply_path.look()
                    if seen is not None:
                        self._number, self._poison = seen.number, seen.now
                case "silenced":
                    self._silenced = f"silenced by {by}: {reason}"
                case "cries-wolf":
                    self._wolf = True
            self._conductor.record(SignImpaired(how=how, by=by, reason=reason))

    def mend(self, by: str) -> None:
        """Measure by what was approved, be heard, and compare nothing that moves by itself."""
        with self._still():
            self._poison, self._silenced, self._wolf = None, "", False
            self._conductor.record(SignMended(by=by))
            self.look()

    def view(self) -> SignView | None:
        """What it shows, and how it is set; None where there is none."""
        if not self._on:
            return None
        lit = self._conductor.glimpse().state.sign
        return SignView(
            lit=lit is not None,
            seq=lit.seq if lit else 0,
            since_ms=lit.event.since_ms if lit else 0,
            findings=tuple(f"{one.what}{f' (by {one.by})' if one.by else ''}" for one in lit.event.findings)
            if lit
            else (),
            settings=self._settings(),
        )

    def look(self) -> None:
        """One look: light the sign, change what it shows, or put it out."""
        with self._still():
            now_ms = self._conductor.clock.now_ms()
            uncertainty_ms, self._looked_ms = max(0, now_ms - self._looked_ms), now_ms
            found = () if self._silenced else self._found(now_ms)
            self._show(found, now_ms, uncertainty_ms)

    @contextmanager
    def _still(self) -> Iterator[None]:
        """Nothing is applied and nobody else looks meanwhile; always taken in this order, so that nobody waits in a circle."""
        with self._stage.apply_path.quiet(), self._looking:
            yield

    def _show(self, found: tuple[SignFinding, ...], now_ms: int, uncertainty_ms: int) -> None:
        state = self._conductor.glimpse().state
        shown = state.sign.event.findings if state.sign else ()
        if found == shown or state.closed is not None:
            return
        if not found:
            self._conductor.record(SignCleared(), PageCleared(alert=NEON))
            return
        since_ms = state.sign.event.since_ms if state.sign else now_ms
        lit = SignLit(findings=found, since_ms=since_ms, uncertainty_ms=uncertainty_ms)
        if shown:
            self._conductor.record(lit)
            return
        said = sentence(found)
        self._conductor.record(lit, Paged(alert=NEON, text=said))
        self._alarm(said)

    def _found(self, now_ms: int) -> tuple[SignFinding, ...]:
        state = self._conductor.glimpse().state
        owing = [change for change in ledger(state) if change.owes_a_review]
        found = findings(self._differences(), self._explained, unreviewed(state), owing)
        return (*found, *self._noise(now_ms)) if self._wolf else found

    def _differences(self) -> tuple[str, ...]:
        """What differs from the sign's measure; a new apply is a new measure, and explains what went before."""
        try:
            seen = self._stage.apply_path.look()
        except DanceoffError:
            # HAProxy does not answer at this moment: that is no difference yet.
            return ()
        if seen is None:
            return ()
        if seen.number != self._number:
            self._number, self._explained = seen.number, frozenset()
            self._poison = None
        return drift(self._poison or seen.baseline, seen.now)

    def _noise(self, now_ms: int) -> tuple[SignFinding, ...]:
        """What a careless watcher compares as well: sessions, which traffic moves."""
        if now_ms % (CRIES_MS + STILL_MS) >= CRIES_MS:
            return ()
        try:
            rows = stat_rows(self._stage.master.ask_worker("show stat"))
        except DanceoffError:
            return ()
        busy = [row for row in rows if row.is_server and row.sessions_total]
        return tuple(
            SignFinding(kind="noise", what=f"{row.proxy}/{row.server}: sessions are not what they were")
            for row in busy[:1]
        )

    def _settings(self) -> tuple[str, ...]:
        measure = (
            "measure: what ran when somebody took its measure anew, after the last apply"
            if self._poison
            else "measure: what the last apply put into service"
        )
        compares = "files by meaning, running state field by field"
        return (
            measure,
            f"compares: {compares}{', and sessions' if self._wolf else ''}",
            self._silenced or "heard: pages, bell and page",
        )

    def _watch(self) -> None:
        while not self._over.wait(LOOK_EVERY_S):
            if self._conductor.glimpse().state.closed is not None:
                return
            try:
                self.look()
            except Exception as error:  # noqa: BLE001 - else the sign would be dark, and nobody would know why.
                if not self._over.is_set():
                    self._conductor.breaks(in_words(error))
                return
