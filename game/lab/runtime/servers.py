"""Which program runs which service of a stack."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, assert_never

from game.core.stack import ServiceKind, Stack
from game.lab.data import stacks_dir
from game.lab.runtime.haproxy import HAProxy
from game.lab.runtime.name_server import NameServer
from game.lab.runtime.postgres import Postgres
from game.lab.runtime.prometheus import Prometheus
from game.lab.runtime.redis import Redis
from game.lab.runtime.replica import Replica
from game.lab.runtime.seeding import seed_key, seed_rows
from game.lab.runtime.template import Template
from game.lab.runtime.toxiproxy import Toxiproxy

if TYPE_CHECKING:
    from pathlib import Path

    from game.core.stack import Service
    from game.lab.certificates import Certificates
    from game.lab.runtime.daemon import Settings, Site
    from game.lab.runtime.protocol import ServiceState
    from game.lab.runtime.zygote import Zygote


class Server(Protocol):
    """One service of the stack, whatever it is made of."""

    name: str

    def start(self, settings: Settings = ()) -> None: ...
    def stop(self) -> None: ...
    def kill(self) -> None: ...
    def pause(self) -> None: ...
    def resume(self) -> None: ...
    def states(self) -> tuple[ServiceState, ...]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Servers:
    """What the servers of one run are made of. `cache`: the folder that templates are kept in between runs."""

    stack: Stack
    site: Site
    zygote: Zygote
    certificates: Certificates
    cache: Path

    def made(self) -> dict[str, Server]:
        """By service; an optional one whose program is missing is not among them."""
        return {
            service.name: server
            for service in self.stack.services
            if (server := self._server(service)) is not None
        }

    @property
    def _folder(self) -> Path:
        return stacks_dir() / self.stack.name

    def _server(self, service: Service) -> Server | None:
        """Make what runs a service; None for an optional one whose program is missing."""
        site, zygote, certificates = self.site, self.zygote, self.certificates
        match service.kind:
            case ServiceKind.LOAD_BALANCER:
                return HAProxy(site)
            case ServiceKind.REPLICA:
                return Replica(service, site, zygote, certificates)
            case ServiceKind.RESOLVER:
                return NameServer(service, site, zygote, certificates)
            case ServiceKind.DATABASE:
                return Postgres(
                    site, self._template(), (self._folder / "database/postgresql.conf").read_text()
                )
            case ServiceKind.CACHE:
                return Redis(site)
            case ServiceKind.PROXY:
                return Toxiproxy(site)
            case ServiceKind.MONITORING:
                prometheus = Prometheus(site, self._folder / "prometheus", certificates.ca)
                return prometheus if prometheus.available else None
            case _:
                assert_never(service.kind)

    def _template(self) -> Template:
        site = self.site
        program = site.programs.path("postgres")
        found = site.programs.get("postgres")
        return Template(
            spawner=site.spawner,
            sockets=site.place.sockets,
            log=site.place.logs / "postgres.log",
            cache=self.cache,
            postgres=program,
            version=found.version if found else "",
            account=site.account,
            schema=(self._folder / "database" / "schema.sql").read_text(),
            rows_key=seed_key(self.stack),
            rows=lambda: seed_rows(self.stack),
        )
