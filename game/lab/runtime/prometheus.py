"""Prometheus, where its binary is present: never required, the game scrapes and evaluates by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from game.lab.placeholders import addresses, fill
from game.lab.runtime.child import Command
from game.lab.runtime.daemon import Daemon, Settings, Site, no_settings
from game.lab.runtime.waiting import serves, wait_until

if TYPE_CHECKING:
    from pathlib import Path

    from game.lab.runtime.program import Program

CONFIGURATION = "prometheus.yml"


class Prometheus(Daemon):
    """The service `prometheus`, with the files of the stack's folder `prometheus/` filled in."""

    def __init__(self, site: Site, source: Path, authority: Path) -> None:
        super().__init__("prometheus", site)
        self._source = source
        self._authority = authority
        self._endpoint = site.place.endpoint("prometheus.http")

    @property
    def available(self) -> bool:
        return self.site.programs.get("prometheus") is not None and (self._source / CONFIGURATION).is_file()

    def command(self, settings: Settings) -> Command:
        no_settings(self.name, settings)
        folder = self.site.place.root / "prometheus"
        folder.mkdir(mode=0o700, exist_ok=True)
        values = {**addresses(self.site.place), "ca.file": str(self._authority)}
        paths = [folder]
        for source in sorted(self._source.glob("*.yml")):
            path = folder / source.name
            path.write_text(fill(source.read_text(), values, where=str(source)))
            paths.append(path)
        if self.site.account:
            self.site.account.own(*paths)
        return Command(
            service=self.name,
            arguments=(
                str(self.site.programs.path("prometheus")),
                f"--config.file={folder / CONFIGURATION}",
                f"--storage.tsdb.path={folder / 'data'}",
                f"--web.listen-address={self._endpoint.host}:{self._endpoint.port}",
            ),
            directory=folder,
            log=self.site.place.logs / "prometheus.log",
            account=self.site.account,
        )

    def wait_until_healthy(self, child: Program) -> None:
        wait_until("it to be ready", child, lambda: serves(self._endpoint, "/-/ready"))
