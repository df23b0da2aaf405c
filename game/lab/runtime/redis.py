"""Redis: nothing is kept on disk; the data are a run's refresh tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from game.lab.runtime.child import Command
from game.lab.runtime.daemon import Daemon, Settings, Site
from game.lab.runtime.waiting import answers, wait_until

if TYPE_CHECKING:
    from game.lab.runtime.program import Program

# Commands by which whoever can connect could write files, load code or copy the data elsewhere.
WITHHELD = ("CONFIG", "MODULE", "DEBUG", "REPLICAOF", "SLAVEOF", "MIGRATE")


class Redis(Daemon):
    """The service `redis`; `settings` are directives of redis.conf."""

    def __init__(self, site: Site) -> None:
        super().__init__("redis", site)
        self._endpoint = site.place.endpoint("redis.resp")

    def command(self, settings: Settings) -> Command:
        folder = self.site.place.root / "redis"
        folder.mkdir(mode=0o700, exist_ok=True)
        directives = {
            "bind": self._endpoint.host,
            "port": str(self._endpoint.port),
            "save": '""',
            "appendonly": "no",
            "maxmemory": "64mb",
            "maxmemory-policy": "volatile-lru",
            "daemonize": "no",
            **dict(settings),
        }
        lines = [f"{name} {value}" for name, value in directives.items()]
        lines += [f'rename-command {name} ""' for name in WITHHELD]
        configuration = folder / "redis.conf"
        configuration.write_text("\n".join(lines) + "\n")
        if self.site.account:
            self.site.account.own(folder, configuration)
        return Command(
            service=self.name,
            arguments=(str(self.site.programs.path("redis-server")), str(configuration)),
            directory=folder,
            log=self.site.place.logs / "redis.log",
            account=self.site.account,
        )

    def wait_until_healthy(self, child: Program) -> None:
        wait_until("it to answer PING", child, lambda: answers(self._endpoint, b"PING\r\n", b"+PONG"))
