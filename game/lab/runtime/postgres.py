"""PostgreSQL: a start copies a template data directory and is ready in a fraction of a second."""

from __future__ import annotations

import shutil
import signal
from typing import TYPE_CHECKING

from game.lab.openssl import ISOLATED
from game.lab.placeholders import addresses, fill
from game.lab.runtime.child import Command
from game.lab.runtime.daemon import Daemon, Settings, Site
from game.lab.runtime.template import Template, says_ready
from game.lab.runtime.waiting import accepts, wait_until

if TYPE_CHECKING:
    from pathlib import Path

    from game.lab.runtime.program import Program

COPY_TIMEOUT_S = 60.0
# Over TCP only the service's own role gets in, and only to its own database; administration goes through the unix
# socket, whose folder nobody else can enter. The data are made up and thrown away with the run.
ACCESS = """\
# TYPE  DATABASE  USER  ADDRESS        METHOD
local   all       all                  trust
host    {database}      {user}  127.0.0.1/32   trust
"""


class Postgres(Daemon):
    """The service `postgres`; `settings` are PostgreSQL's own (name, value)."""

    def __init__(self, site: Site, template: Template, configuration: str) -> None:
        """Take the template that is copied, and the text of postgresql.conf with placeholders."""
        super().__init__("postgres", site)
        self._template = template
        self._configuration = configuration
        self._endpoint = site.place.endpoint("postgres.sql")

    @property
    def folder(self) -> Path:
        return self.site.place.root / "postgres"

    def command(self, settings: Settings) -> Command:
        data = self.folder / "data"
        if not data.is_dir():
            self._fill_folder(data)
        (data / "postmaster.pid").unlink(missing_ok=True)
        options = {
            "config_file": str(self.folder / "postgresql.conf"),
            "hba_file": str(self.folder / "pg_hba.conf"),
            "listen_addresses": self._endpoint.host,
            "port": str(self._endpoint.port),
            "unix_socket_directories": str(self.site.place.sockets),
            # Shared memory as files of the data directory: a killed server leaves nothing in /dev/shm.
            "dynamic_shared_memory_type": "mmap",
            "logging_collector": "off",
            **dict(settings),
        }
        return Command(
            service=self.name,
            arguments=(
                str(self.site.programs.path("postgres")),
                "-D",
                str(data),
                *(word for name, value in options.items() for word in ("-c", f"{name}={value}")),
            ),
            directory=self.folder,
            log=self.site.place.logs / "postgres.log",
            account=self.site.account,
            environment=ISOLATED,
            # "Immediate shutdown": SIGTERM would wait for clients.
            stop_signal=signal.SIGQUIT,
        )

    def wait_until_healthy(self, child: Program) -> None:
        data = self.folder / "data"
        wait_until("it to accept connections", child, lambda: says_ready(data) and accepts(self._endpoint))

    def _fill_folder(self, data: Path) -> None:
        """Copy the template, and configure it; all is owned by the server's account."""
        self.folder.mkdir(mode=0o700, exist_ok=True)
        building = self.folder / "data.building"
        # Left by a copy that failed: another attempt starts anew.
        shutil.rmtree(building, ignore_errors=True)
        self.site.spawner.run(
            Command(
                service="postgres-copy",
                arguments=("cp", "-a", "--reflink=auto", str(self._template.make()), str(building)),
                directory=self.folder,
                log=self.site.place.logs / "postgres.log",
            ),
            COPY_TIMEOUT_S,
        )
        self.configure()
        building.rename(data)

    def configure(self) -> None:
        """Write the two configuration files, owned by the server's account."""
        place = self.site.place
        values = {**addresses(place), "sockets": str(place.sockets)}
        configuration = fill(self._configuration, values, where="the stack's postgresql.conf")
        (self.folder / "postgresql.conf").write_text(configuration)
        access = ACCESS.format(database=self._template.DATABASE, user=self._template.USER)
        (self.folder / "pg_hba.conf").write_text(access)
        if self.site.account:
            self.site.account.own(self.folder, self.folder / "postgresql.conf", self.folder / "pg_hba.conf")
