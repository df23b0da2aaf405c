"""A shadow of the load balancer: the same replicas behind a second HAProxy with other files, on ports of its own.

Users never come to it, its log goes nowhere, and it is gone when the block ends.
"""

from __future__ import annotations

import shutil
import tempfile
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from game.errors import ServiceFailed
from game.lab.lb.files import CERTIFICATES
from game.lab.lb.live import storage
from game.lab.openssl import ISOLATED
from game.lab.ports import reserve
from game.lab.runtime.child import Command, Spawner
from game.lab.runtime.haproxy import PEER
from game.lab.runtime.waiting import accepts, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from game.lab.lb.files import Files
    from game.lab.places import Endpoint, Place
    from game.lab.unprivileged import Unprivileged

EDGE, LOG = "haproxy.edge", "game.log"


class Shadow:
    """Starts shadows of one run's load balancer; `haproxy` is a program that `account` may run, if there is one."""

    def __init__(self, place: Place, haproxy: Path | None, account: Unprivileged | None) -> None:
        self._place = place
        self._haproxy = haproxy
        self._account = account

    @property
    def measures(self) -> bool:
        """Whether there is a program that a shadow can be started with."""
        return self._haproxy is not None

    @contextmanager
    def serving(self, files: Files) -> Iterator[int]:
        """Serve these files as they would be in service; gives the port of the shadow's edge. ServiceFailed if it does not start."""
        if self._haproxy is None:
            raise ServiceFailed(
                "a preview cannot be measured in containers",
                hint="review the difference and the risk without it",
            )
        moved = [one for one in self._place.endpoints if one.name.startswith("haproxy.") or one.name == LOG]
        with ExitStack() as undo:
            block = reserve(len(moved))
            undo.callback(block.release)
            ports = dict(zip((one.name for one in moved), block.ports(), strict=False))
            with storage("the shadow cannot be laid out"):
                folder = Path(tempfile.mkdtemp(prefix="shadow-", dir=self._place.root))
            undo.callback(shutil.rmtree, folder, ignore_errors=True)
            self._lay_out(folder, {path: _moved(text, moved, ports) for path, text in files.items()})
            spawner = Spawner(self._place.root)
            undo.callback(spawner.end)
            child = spawner.start(
                Command(
                    service="shadow",
                    arguments=(str(self._haproxy), "-db", "-L", PEER, "-f", "haproxy.cfg", "-C", str(folder)),
                    directory=folder,
                    log=self._place.logs / "shadow.log",
                    account=self._account,
                    environment=ISOLATED,
                )
            )
            undo.callback(child.kill)
            edge = next((one for one in moved if one.name == EDGE), None)
            if edge is None:
                raise ServiceFailed("the stack has no edge that could be shadowed", hint="see stack.yaml")
            here = type(edge)(name=edge.name, host=edge.host, port=ports[EDGE])
            wait_until("the shadow to accept connections", child, lambda: accepts(here))
            yield ports[EDGE]

    def _lay_out(self, folder: Path, files: Files) -> None:
        with storage("the shadow's files cannot be written"):
            for path, text in files.items():
                target = folder / path
                target.parent.mkdir(exist_ok=True)
                target.write_bytes(text.encode(errors="surrogateescape"))
            if (self._place.live / CERTIFICATES).is_dir():
                shutil.copytree(self._place.live / CERTIFICATES, folder / CERTIFICATES)
        if self._account is not None:
            self._account.own(folder, *folder.rglob("*"))


def _moved(text: str, endpoints: list[Endpoint], ports: dict[str, int]) -> str:
    """The text with every address of the load balancer's own exchanged for the shadow's."""
    for one in endpoints:
        text = text.replace(f"{one.host}:{one.port}", f"{one.host}:{ports[one.name]}")
    return text
