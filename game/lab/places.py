"""Where a run's stack lives: its folders, its addresses. Written by the runtime, read by everybody at the edge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A TCP address. `name` is `<service>.<port name>`, such as `haproxy.edge` or `postgres.sql`."""

    name: str
    host: str
    port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One run's stack.

    root/            the run directory; everything the run writes lies below it
      lb/            the LB repository (git) in which the trainee works: haproxy.cfg, maps/, errors/
      live/          what HAProxy really loads, written by the apply path only; live/certs/ holds the certificates
      approved/      copies and digests of what was applied
      logs/          one file a service: <service>.log
      sock/          unix sockets: master.sock (HAProxy's master CLI), postgres
    """

    root: Path
    endpoints: tuple[Endpoint, ...]

    @property
    def repository(self) -> Path:
        return self.root / "lb"

    @property
    def live(self) -> Path:
        return self.root / "live"

    @property
    def approved(self) -> Path:
        return self.root / "approved"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def sockets(self) -> Path:
        return self.root / "sock"

    @property
    def master_socket(self) -> Path:
        return self.sockets / "master.sock"

    def endpoint(self, name: str) -> Endpoint:
        return next(endpoint for endpoint in self.endpoints if endpoint.name == name)
