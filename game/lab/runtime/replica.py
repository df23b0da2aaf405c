"""One replica of the auth service, as a service that can be started, stopped and paused by itself."""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING

from game.errors import ServiceFailed, UsageError
from game.lab.certificates import REPLICA_NAME
from game.lab.runtime.child import last_lines
from game.lab.runtime.protocol import ServiceState
from game.lab.runtime.waiting import serves, until
from game.lab.runtime.zygote import ReplicaOrder

if TYPE_CHECKING:
    from game.core.stack import Service
    from game.lab.certificates import Certificates
    from game.lab.runtime.daemon import Settings, Site
    from game.lab.runtime.zygote import Zygote

HEALTHY_WITHIN_S = 20.0
GONE_WITHIN_S = 5.0


class Replica:
    """A child of the zygote's; `settings` are what the service's README lists."""

    def __init__(self, service: Service, site: Site, zygote: Zygote, certificates: Certificates) -> None:
        self.name = service.name
        self._role = service.role
        self._site = site
        self._zygote = zygote
        self._authority = certificates.ca
        self._endpoint = site.place.endpoint(f"{service.name}.{service.ports[0]}")
        self._starts = 0
        self._lock = threading.RLock()

    def start(self, settings: Settings = ()) -> None:
        with self._lock:
            if not self._alive():
                # A death is known to the kernel a moment before the zygote announces it.
                until(lambda: self._zygote.pid(self.name) == 0, GONE_WITHIN_S)
                order = ReplicaOrder(
                    replica=self.name, role=self._role, endpoint=self._endpoint, settings=settings
                )
                self._zygote.start_replica(order)
                self._starts += 1
            if not until(self._healthy, HEALTHY_WITHIN_S):
                log = self._site.place.logs / f"{self.name}.log"
                raise ServiceFailed(
                    f"{self.name}: waited {HEALTHY_WITHIN_S:.0f} s for an answer in vain: {last_lines(log)}",
                    hint=f"its log is {log}",
                )

    def stop(self) -> None:
        with self._lock:
            self._zygote.send(self.name, signal.SIGCONT)
            self._zygote.stop_replica(self.name)

    def kill(self) -> None:
        pid = self._zygote.pid(self.name)
        if not pid:
            return
        self._zygote.send(self.name, signal.SIGKILL)
        if not until(lambda: self._zygote.pid(self.name) == 0, GONE_WITHIN_S):
            raise ServiceFailed(f"{self.name}: process {pid} is not gone {GONE_WITHIN_S:.0f} s after SIGKILL")

    def pause(self) -> None:
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._signal(signal.SIGCONT)

    def states(self) -> tuple[ServiceState, ...]:
        alive = self._alive()
        return (
            ServiceState(
                service=self.name,
                running=alive,
                pid=self._zygote.pid(self.name) if alive else 0,
                restarts=max(0, self._starts - 1),
            ),
        )

    def _alive(self) -> bool:
        return self._zygote.alive(self.name)

    def _healthy(self) -> bool:
        return serves(self._endpoint, "/healthz", self._authority, REPLICA_NAME)

    def _signal(self, number: signal.Signals) -> None:
        if not self._zygote.pid(self.name):
            raise UsageError(f"{self.name} is not running", hint=f"start {self.name} first")
        self._zygote.send(self.name, number)
