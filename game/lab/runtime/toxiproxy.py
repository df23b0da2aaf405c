"""Toxiproxy: services reach PostgreSQL and Redis only through it, so that the network itself can be disturbed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from game.lab.runtime.child import Command
from game.lab.runtime.daemon import Daemon, Settings, Site, no_settings
from game.lab.runtime.waiting import serves, wait_until
from game.lab.toxics import Toxics

if TYPE_CHECKING:
    from game.lab.places import Endpoint
    from game.lab.runtime.program import Program

# Proxy's name (as its port is named in the stack) and the endpoint behind it.
PROXIED = (("postgres", "postgres.sql"), ("redis", "redis.resp"))


class Toxiproxy(Daemon):
    """The service `toxiproxy`. Its proxies are made anew with every start; toxics do not survive one."""

    def __init__(self, site: Site) -> None:
        super().__init__("toxiproxy", site)
        self._api = site.place.endpoint("toxiproxy.api")

    def command(self, settings: Settings) -> Command:
        no_settings(self.name, settings)
        return Command(
            service=self.name,
            arguments=(
                str(self.site.programs.path("toxiproxy-server")),
                *("-host", self._api.host, "-port", str(self._api.port)),
            ),
            directory=self.site.place.root,
            log=self.site.place.logs / "toxiproxy.log",
            account=self.site.account,
            # Little goes through it: more than one core would be woken to find nothing to do.
            environment=(("GOMAXPROCS", "1"),),
        )

    def wait_until_healthy(self, child: Program) -> None:
        wait_until("its API to answer", child, lambda: serves(self._api, "/version"))
        toxics = Toxics(self._api.host, self._api.port)
        there = {proxy.name for proxy in toxics.proxies()}
        for name, upstream in PROXIED:
            if name not in there:
                toxics.create(
                    name,
                    listen=_address(self.site.place.endpoint(f"toxiproxy.{name}")),
                    upstream=_address(self.site.place.endpoint(upstream)),
                )


def _address(endpoint: Endpoint) -> str:
    return f"{endpoint.host}:{endpoint.port}"
