"""The load of a run, whichever worker offers it: one that dies can be replaced by another with the same plan."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from game.errors import ServiceFailed

if TYPE_CHECKING:
    from collections.abc import Callable

    from game.lab.load.driver import LoadDriver
    from game.lab.load.plan import LoadPlan

    MakeDriver = Callable[[Callable[[ServiceFailed], None]], LoadDriver]


class AttendedLoad:
    """Meets `Load` by passing everything on to the worker of the moment; `failure` and `renew` are what it adds.

    `alarm` is set when a worker has died. Whoever watches the run sleeps on it, and may set it to be woken.
    """

    def __init__(self, make: MakeDriver) -> None:
        """Take what makes a driver, given whom it has to tell of its worker's death."""
        self.alarm = threading.Event()
        self._make = make
        self._failure: ServiceFailed | None = None
        self._plan: LoadPlan | None = None
        self._over = False
        self._lock = threading.Lock()
        self._driver = make(self._died)

    @property
    def failure(self) -> ServiceFailed | None:
        """Why nobody offers the load at this moment; None while a worker does."""
        return self._failure

    @property
    def pid(self) -> int:
        """The process id of the worker; 0 while none runs."""
        return self._driver.pid

    def prepare(self) -> None:
        self._driver.prepare()

    def start(self, plan: LoadPlan) -> None:
        self._plan = plan
        self._driver.start(plan)

    def set_rate(self, requests_per_second: float) -> None:
        if self._plan is not None:
            self._plan = replace(self._plan, requests_per_second=requests_per_second)
        self._driver.set_rate(requests_per_second)

    def set_origin(self, origin_ns: int) -> None:
        self._driver.set_origin(origin_ns)

    def begin_anew(self) -> None:
        """Let every user forget its cookies and tokens, as if all came for the first time."""
        self._driver.begin_anew()

    def renew(self, begin: Callable[[], int]) -> None:
        """Replace a worker that died. `begin` is called once the new one is ready; it gives the run clock's origin.

        Raises ServiceFailed when the new one does not come up either.
        """
        if self._plan is None:
            raise ServiceFailed("no load has been started yet", hint="start it first")
        self._driver.stop()
        driver = self._make(self._died)
        with self._lock:
            if self._over:
                raise ServiceFailed("the load is not replaced: the run is being taken down")
            self._driver = driver
        self._failure = None
        driver.prepare()
        driver.wait_until_ready()
        driver.start(replace(self._plan, origin_ns=begin()))

    def stop(self) -> None:
        with self._lock:
            self._over = True
            driver = self._driver
        driver.stop()

    def _died(self, failure: ServiceFailed) -> None:
        self._failure = failure
        self.alarm.set()
