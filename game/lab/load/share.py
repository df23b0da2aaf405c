"""One of several load workers: Locust's worker, which runs the users that the master gives it and tells it what they got.

From the master, beside Locust's own messages
    begin   {"plan": ..., "at_s": 12.5}     the plan's line, and when the load begins on the monotonic clock
    rate    {"requests_per_second": 60.0, "at_s": 13.0}
    origin  {"origin_ns": 123}
    anew    {}                              users forget their cookies and tokens
    end     {}
To the master
    there   {}                              waiting for the plan
    batch   {"origin_ns": 123, "batch": ...}    a line as the game gets it, and the origin that it was stamped by
    failed  {"what": ...}                   the plan cannot be carried out
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gevent.timeout import Timeout
from locust.env import Environment

from game.errors import DanceoffError
from game.lab.load.gathered import share
from game.lab.load.offering import Offering
from game.lab.load.sockets import keep_to_ourselves
from game.lab.load.wire import NotUnderstood, decode_plan, encode_report

if TYPE_CHECKING:
    from gevent.event import Event

    from game.lab.load.wire import Report

BATCH_S = 0.1
QUIT_S = 0.3


class Share:
    """Meets `Outlet` for its own batches, which go to the master."""

    def __init__(self, master: str, ending: Event) -> None:
        """Join the master at that socket; returns when it has answered."""
        keep_to_ourselves()
        self._ending = ending
        self._offering: Offering | None = None
        self._environment = Environment(user_classes=[])
        self._runner = self._environment.create_worker_runner(master, 0)
        for name, listener in (
            ("begin", self._begin),
            ("rate", self._rate),
            ("origin", self._origin),
            ("anew", self._anew),
            ("end", self._end),
        ):
            self._runner.register_message(name, listener)
        self._runner.send_message("there", {})

    def run(self) -> int:
        """Offer the share until the master says that it is over; the exit code."""
        while not self._ending.wait(timeout=BATCH_S):
            self._tell()
        self._tell()
        with Timeout(QUIT_S, False):
            self._runner.quit()
        return 0

    def send(self, report: Report) -> bool:
        if self._offering is not None:
            told = {"origin_ns": self._offering.origin_ns, "batch": encode_report(report)}
            self._runner.send_message("batch", told)
        return True

    def _tell(self) -> None:
        if self._offering is not None:
            self._offering.tell()

    def _begin(self, msg: Any, **_: object) -> None:  # noqa: ANN401 - locust ships no types
        try:
            plan = decode_plan(msg.data["plan"])
            users = share(plan, self._runner.worker_index)
            self._offering = Offering(plan, users, msg.data["at_s"], self)
        except (DanceoffError, NotUnderstood, OSError) as error:
            self._runner.send_message("failed", {"what": str(error)})
            return
        self._environment.user_classes = self._offering.classes

    def _rate(self, msg: Any, **_: object) -> None:  # noqa: ANN401 - locust ships no types
        if self._offering is not None:
            self._offering.set_rate(msg.data["at_s"], msg.data["requests_per_second"])

    def _origin(self, msg: Any, **_: object) -> None:  # noqa: ANN401 - locust ships no types
        if self._offering is not None:
            # What was told by the old origin goes with it.
            self._tell()
            self._offering.set_origin(msg.data["origin_ns"])

    def _anew(self, **_: object) -> None:
        if self._offering is not None:
            self._offering.begin_anew()

    def _end(self, **_: object) -> None:
        self._ending.set()
