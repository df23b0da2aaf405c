"""What a trainee can look at without changing anything. Every look is recorded with the layer it was at."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from game.core.stack import ServiceKind
from game.core.views import ClientView, LinesView, LogView, Reply, ServicesView, ServiceView
from game.director.walk import verdict, walk
from game.errors import UsageError
from game.lab.load.probe import probe
from game.lab.logs import read_log
from game.lab.metrics import scrape_lines

if TYPE_CHECKING:
    from collections.abc import Callable

    from game.core.stack import Service
    from game.director.stage import Stage
    from game.lab.binaries import Programs

MOST_LINES = 5_000
TRAFFIC = "haproxy"


class Instruments:
    """`looked` records a look: layer, instrument."""

    def __init__(self, stage: Stage, programs: Programs, looked: Callable[[str, str], None]) -> None:
        self._stage = stage
        self._programs = programs
        self._looked = looked

    def services(self) -> ServicesView:
        running = {state.service for state in self._stage.runtime.states() if state.running}
        return ServicesView(
            services=tuple(
                ServiceView(
                    service=service.name,
                    kind=service.kind,
                    layer=service.layer,
                    running=service.name in running,
                    restartable=service.restartable,
                )
                for service in self._stage.stack.services
                if not service.optional or service.name in running
            )
        )

    def log(self, name: str, *, lines: int, grep: str, after: int) -> LogView:
        """The latest lines of a service's log; `haproxy` is its traffic log, `haproxy-process` what it says itself."""
        if not 1 <= lines <= MOST_LINES:
            raise UsageError(f"lines={lines} is out of bounds", hint=f"1 to {MOST_LINES}")
        service = self._service(name.removesuffix("-process"))
        if after < 0:
            self._looked(service.layer, f"logs {name}")
        file = {TRAFFIC: "haproxy-traffic.log", f"{TRAFFIC}-process": "haproxy.log"}.get(name, f"{name}.log")
        return read_log(self._stage.place.logs / file, lines=lines, grep=grep, after=after)

    def metrics(self, query: str) -> LinesView:
        self._looked("monitoring", "metrics")
        return LinesView(lines=scrape_lines(self._stage.stack, self._stage.place, query))

    def request(self, cohort: str) -> Reply:
        """One verified login as a user of the cohort, step by step."""
        kind = next((known for known in self._stage.stack.cohorts if known.name == cohort), None)
        if kind is None:
            known = ", ".join(cohort.name for cohort in self._stage.stack.cohorts)
            raise UsageError(f"there is no cohort {cohort!r}", hint=f"one of: {known}")
        self._looked("haproxy", "request")
        user = secrets.choice([user for user in self._stage.roster if user.cohort == cohort])
        result = probe(self._stage.target, kind, user)
        return Reply(words=verdict(result), lines=tuple(walk(result)), accepted=result.ok)

    def client(self, name: str) -> ClientView:
        service = self._service(name)
        self._looked(service.layer, f"client {name}")
        if service.kind is ServiceKind.DATABASE:
            at = self._stage.place.endpoint(f"{name}.sql")
            command = (
                str(self._programs.path("psql")),
                "-h",
                at.host,
                "-p",
                str(at.port),
                "-U",
                "auth",
                "auth",
            )
            return ClientView(command=command, environment=(("PGCONNECT_TIMEOUT", "3"),))
        if service.kind is ServiceKind.CACHE:
            at = self._stage.place.endpoint(f"{name}.resp")
            words = (str(self._programs.path("redis-cli")), "-h", at.host, "-p", str(at.port))
            return ClientView(command=words, environment=())
        raise UsageError(f"{name} has no client", hint="postgres or redis")

    def _service(self, name: str) -> Service:
        service = self._stage.stack.service(name)
        if service is None:
            known = ", ".join(service.name for service in self._stage.stack.services)
            raise UsageError(f"there is no service {name!r}", hint=f"one of: {known}")
        return service
