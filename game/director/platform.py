"""Watching the platform of a run: what dies by itself is started again, recorded, and nobody's fault."""

from __future__ import annotations

from typing import TYPE_CHECKING

from game.core.events import ClockPaused, ClockResumed, DriftCleared, DriftSeen, ServiceDied
from game.errors import DanceoffError

if TYPE_CHECKING:
    from game.director.conductor import Conductor
    from game.director.desk import Desk
    from game.director.stage import Stage

MOST_REVIVALS = 5


class Platform:
    """`look` is called once a second by one thread. What a trainee or a fault stopped stays stopped."""

    def __init__(self, stage: Stage, conductor: Conductor, desk: Desk) -> None:
        self._stage = stage
        self._conductor = conductor
        self._desk = desk
        self._revived: dict[str, int] = {}
        self._drift: tuple[str, ...] = ()

    def look(self) -> None:
        """Start again what died, and record drift when it changes."""
        for service in self._stage.runtime.dead():
            self._revive(service)
        self._look_for_drift()

    def _revive(self, service: str) -> None:
        """The clock stands still while a server of the platform is down through nobody's doing."""
        times = self._revived[service] = self._revived.get(service, 0) + 1
        if times > MOST_REVIVALS:
            return
        known = self._stage.stack.service(service)
        if known is None or known.optional:
            return
        self._conductor.pause()
        self._conductor.record(ClockPaused(reason=f"{service} died"))
        try:
            self._stage.runtime.act(service, "start")
            if service == "haproxy":
                self._stage.apply_path.adopt()
            what = "it was started again"
        except DanceoffError as error:
            what = f"it could not be started again: {error.what}"
        finally:
            self._conductor.resume()
            self._stage.driver.set_origin(self._conductor.clock.origin_ns)
        self._conductor.record(ServiceDied(service=service, what=what), ClockResumed())

    def _look_for_drift(self) -> None:
        try:
            fields = self._desk.drift_fields()
        except DanceoffError:
            # HAProxy does not answer at this moment: that is its own finding, not drift.
            return
        if fields == self._drift:
            return
        self._drift = fields
        self._conductor.record(DriftSeen(fields=fields) if fields else DriftCleared())
