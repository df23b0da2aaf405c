"""HAProxy as a process: the master and its worker on `live/`. Checking and reloading configurations lie elsewhere."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from game.errors import UsageError
from game.lab.openssl import ISOLATED
from game.lab.runtime.child import Command
from game.lab.runtime.daemon import Daemon, Settings, Site, no_settings
from game.lab.runtime.waiting import accepts, master_says, wait_until

if TYPE_CHECKING:
    from game.lab.runtime.program import Program

CONFIGURATION = "haproxy.cfg"
# Its own name in a `peers` section; without one HAProxy takes the machine's.
PEER = "edge"
WORKER = re.compile(r"^(\d+)\s+worker\s", re.MULTILINE)


class HAProxy(Daemon):
    """The service `haproxy`; a restart is a new master, with everything that was set at runtime gone."""

    def __init__(self, site: Site) -> None:
        super().__init__("haproxy", site)
        self._edge = site.place.endpoint("haproxy.edge")

    def command(self, settings: Settings) -> Command:
        no_settings(self.name, settings)
        place = self.site.place
        if not (place.live / CONFIGURATION).is_file():
            raise UsageError(
                f"{place.live / CONFIGURATION} is not there",
                hint="put a configuration in place before the start",
            )
        place.master_socket.unlink(missing_ok=True)
        return Command(
            service=self.name,
            arguments=(
                str(self.site.programs.path("haproxy")),
                *("-W", "-S", f"{place.master_socket},mode,600"),
                *("-L", PEER),
                *("-f", CONFIGURATION, "-C", str(place.live)),
            ),
            directory=place.live,
            log=place.logs / "haproxy.log",
            account=self.site.account,
            environment=ISOLATED,
        )

    def wait_until_healthy(self, child: Program) -> None:
        wait_until(
            "its worker to accept connections",
            child,
            lambda: (
                accepts(self._edge)
                and WORKER.search(master_says(self.site.place.master_socket, "show proc")) is not None
            ),
        )
