"""What a load worker offers: some of a plan's users, ready for Locust to run them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from gevent.event import Event

from game.lab.load.pace import Pace
from game.lab.load.proof import Verifier
from game.lab.load.telemetry import RunClock, Telemetry
from game.lab.load.users import World, schedule_of, user_classes

if TYPE_CHECKING:
    from game.core.roster import User
    from game.lab.load.plan import LoadPlan
    from game.lab.load.telemetry import Outlet
    from game.lab.load.users import CohortUser


class Offering:
    """A share of a load: `users` of the plan, whose first requests are due from `at_s` of the monotonic clock on."""

    def __init__(self, plan: LoadPlan, users: tuple[User, ...], at_s: float, outlet: Outlet) -> None:
        """Raises OSError (no CA file) or DanceoffError (no such key)."""
        self._everybody = len(plan.users)
        self._pace = Pace(from_s=at_s, rate_per_user=plan.requests_per_second / self._everybody)
        members = tuple((user, schedule_of(plan, self._pace, user)) for user in users)
        self._schedules = tuple(schedule for _, schedule in members)
        self._telemetry = Telemetry(
            pipe=outlet, clock=RunClock(plan.origin_ns), oldest_due_s=self._oldest_due_s
        )
        self._world = World(
            plan=plan,
            pace=self._pace,
            verifier=Verifier(plan.target.public_key),
            telemetry=self._telemetry,
            changed=Event(),
        )
        self.classes: list[type[CohortUser]] = user_classes(self._world, members)

    @property
    def origin_ns(self) -> int:
        """The run clock's origin that outcomes are stamped by."""
        return self._telemetry.clock.origin_ns

    def set_rate(self, at_s: float, requests_per_second: float) -> None:
        """Let all the plan's users together offer so many requests a second from a moment of the monotonic clock on."""
        self._pace.set_rate(at_s, requests_per_second / self._everybody)
        waiting, self._world.changed = self._world.changed, Event()
        waiting.set()

    def set_origin(self, origin_ns: int) -> None:
        self._telemetry.clock.origin_ns = origin_ns

    def begin_anew(self) -> None:
        """Let every user forget its cookies and tokens and log in with its next request."""
        self._world.times_anew += 1

    def tell(self) -> None:
        """Send what became of requests since the last time."""
        self._telemetry.send(time.monotonic())

    def _oldest_due_s(self) -> float:
        return min((schedule.due_s for schedule in self._schedules), default=float("inf"))
