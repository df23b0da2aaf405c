"""One stack alone, without a game: what the containers of `docker compose --profile stack up` find in their volume.

`python3 -m game.cli.alone lay-out ROOT` writes configurations, certificates and one script a service. Then
`python3 -m game.cli.alone fill ROOT` gives the servers their data, among them.
"""

from __future__ import annotations

import json
import os
import shlex
import sys
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from game.catalog.stack import load_stack
from game.core.roster import roster
from game.core.stack import ServiceKind
from game.errors import ServiceFailed
from game.lab.binaries import Program, Programs
from game.lab.certificates import certificates_at, make_certificates
from game.lab.containers.paths import PATHS
from game.lab.data import stacks_dir
from game.lab.lb.files import read_files, write_file
from game.lab.load.plan import LoadPlan, Target
from game.lab.load.wire import encode_plan
from game.lab.placeholders import addresses, fill
from game.lab.places import Endpoint, Place
from game.lab.runtime.daemon import Daemon, Site
from game.lab.runtime.haproxy import HAProxy
from game.lab.runtime.postgres import Postgres
from game.lab.runtime.prometheus import Prometheus
from game.lab.runtime.redis import Redis
from game.lab.runtime.seeding import seed_rows
from game.lab.runtime.stack_runtime import LOG_ENDPOINT
from game.lab.runtime.template import Template, says_ready
from game.lab.runtime.toxiproxy import PROXIED, Toxiproxy
from game.lab.runtime.waiting import accepts, until
from game.lab.runtime.zygote import Zygote
from game.lab.toxics import Toxics

if TYPE_CHECKING:
    from game.core.stack import Stack
    from game.lab.runtime.child import Command
    from game.lab.runtime.program import Program as Running

FIRST_PORT = 20_000
WITHIN_S = 60.0
SEED = 1
INITDB = (
    "[ -f {data}/PG_VERSION ] || /usr/lib/postgresql/bin/initdb -D {data} -U danceoff --auth=trust"
    " --encoding=UTF8 --locale=C --no-sync --no-instructions\n"
)


class Nobody:
    """Starts nothing: the engine does that."""

    def start(self, command: Command) -> Running:
        raise ServiceFailed(f"{command.service}: this stack's services are started by compose")

    def run(self, command: Command, within_s: float) -> None:
        raise ServiceFailed(f"{command.service}: not run within {within_s} s, compose starts things here")


class Alone:
    """The stack below one folder, on fixed ports of a network stack of its own."""

    def __init__(self, root: Path) -> None:
        self._stack: Stack = load_stack(stacks_dir() / "auth")
        names = [f"{service.name}.{port}" for service in self._stack.services for port in service.ports]
        self._place = Place(
            root=root,
            endpoints=tuple(
                Endpoint(name=name, host="127.0.0.1", port=FIRST_PORT + number)
                for number, name in enumerate((*names, LOG_ENDPOINT))
            ),
        )
        self._certificates = certificates_at(self._place.live, root / "private")
        programs = Programs(
            found=tuple(
                Program(name=name, path=path, version="", origin="chosen") for name, path in PATHS.items()
            ),
            missing=(),
        )
        self._site = Site(place=self._place, programs=programs, account=None, spawner=Nobody())
        self._folder = stacks_dir() / "auth"

    def lay_out(self) -> None:
        """Write everything; a volume that has it already is left as it is."""
        place = self._place
        if (place.root / "commands").is_dir():
            return
        for folder in (place.live, place.sockets, place.logs, place.root / "postgres" / "data"):
            folder.mkdir(mode=0o700, parents=True)
        make_certificates(place.live, place.root / "private", None)
        for name, text in read_files(self._folder / "haproxy").items():
            write_file(place.live / name, fill(text, addresses(place), where=name).encode())
        postgres = Postgres(
            self._site, self._template(), (self._folder / "database/postgresql.conf").read_text()
        )
        postgres.configure()
        daemons: tuple[Daemon, ...] = (
            HAProxy(self._site),
            Redis(self._site),
            Toxiproxy(self._site),
            Prometheus(self._site, self._folder / "prometheus", self._certificates.ca),
        )
        scripts = {daemon.name: _script(daemon.command(())) for daemon in daemons}
        data = shlex.quote(str(postgres.folder / "data"))
        scripts["postgres"] = INITDB.format(data=data) + _script(postgres.command(()))
        scripts["auth"] = self._talking(
            "orders", "python3 -I /opt/danceoff/service/zygote.py", self._orders()
        )
        scripts["load"] = self._talking("plan", "python3 -P -m game.lab.load.worker", self._plan())
        for name, text in scripts.items():
            write_file(place.root / "commands" / f"{name}.sh", f"#!/bin/sh\nset -e\n{text}".encode())

    def _accepts(self, name: str) -> bool:
        return accepts(self._place.endpoint(name))

    def fill(self) -> None:
        """Give database and Toxiproxy what they have to hold, once they serve."""
        for name in ("postgres.sql", "toxiproxy.api"):
            if not until(partial(self._accepts, name), WITHIN_S):
                raise ServiceFailed(f"{name} does not answer within {WITHIN_S:.0f} s")
        # It accepts connections before it serves them.
        data = self._place.root / "postgres" / "data"
        if not until(lambda: says_ready(data), WITHIN_S):
            raise ServiceFailed(f"postgres is not ready within {WITHIN_S:.0f} s")
        filled = self._place.root / "filled"
        if not filled.exists():
            # The socket's name has the port in it, and is otherwise sought by the usual one.
            os.environ["PGPORT"] = str(self._place.endpoint("postgres.sql").port)
            self._template().fill()
            filled.touch()
        api = self._place.endpoint("toxiproxy.api")
        toxics = Toxics(api.host, api.port)
        for name, behind in PROXIED:
            listen, upstream = self._place.endpoint(f"toxiproxy.{name}"), self._place.endpoint(behind)
            toxics.create(
                name, listen=f"{listen.host}:{listen.port}", upstream=f"{upstream.host}:{upstream.port}"
            )

    def _template(self) -> Template:
        root = self._place.root
        return Template(
            spawner=Nobody(),
            sockets=self._place.sockets,
            log=self._place.logs / "postgres.log",
            cache=root,
            postgres=PATHS["postgres"],
            version="",
            account=None,
            schema=(self._folder / "database" / "schema.sql").read_text(),
            rows_key="",
            rows=lambda: seed_rows(self._stack),
        )

    def _orders(self) -> list[bytes]:
        zygote = Zygote(self._site, Path("unused"), self._certificates)
        lines: list[object] = [zygote.configuration()]
        lines += [
            {
                "do": "start",
                "replica": service.name,
                "role": service.role,
                "host": "127.0.0.1",
                "port": self._place.endpoint(f"{service.name}.{service.ports[0]}").port,
                "settings": {},
            }
            for service in self._stack.services
            if service.kind in {ServiceKind.REPLICA, ServiceKind.RESOLVER}
        ]
        return [json.dumps(line).encode() + b"\n" for line in lines]

    def _plan(self) -> list[bytes]:
        edge = self._place.endpoint("haproxy.edge")
        plan = LoadPlan(
            target=Target(
                address=edge.host,
                port=edge.port,
                ca=str(self._certificates.ca),
                public_key=self._certificates.verifying_key.read_text(),
            ),
            cohorts=self._stack.cohorts,
            users=roster(self._stack, SEED),
            seed=SEED,
            requests_per_second=self._stack.requests_per_second,
            origin_ns=time.monotonic_ns(),
            workers=self._stack.load_workers,
        )
        return [encode_plan(plan)]

    def _talking(self, name: str, command: str, lines: list[bytes]) -> str:
        """A program that is told what to do on its standard input, which then stays open."""
        path = self._place.root / "private" / f"{name}.jsonl"
        write_file(path, b"".join(lines), 0o600)
        return f"tail -n +1 -f {shlex.quote(str(path))} | {command}\n"


def _script(command: Command) -> str:
    variables = " ".join(f"{name}={shlex.quote(value)}" for name, value in command.environment)
    return f"cd {shlex.quote(str(command.directory))}\nexec env {variables} {shlex.join(command.arguments)}\n"


def main(arguments: list[str]) -> int:
    match arguments:
        case ["lay-out", root]:
            Alone(Path(root)).lay_out()
        case ["fill", root]:
            Alone(Path(root)).fill()
        case _:
            sys.stderr.write("usage: python3 -m game.cli.alone lay-out|fill ROOT\n")
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
