"""The stack in containers: one network stack a team, nothing published, everything labelled with the run."""

from __future__ import annotations

import json
import os
import threading
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from game.core.stack import ServiceKind
from game.errors import DanceoffError, EngineSilent, MissingProgram
from game.lab.binaries import Program, Programs
from game.lab.containers.checker import ContainerChecker
from game.lab.containers.engine import Engine
from game.lab.containers.leftovers import remove_leftovers
from game.lab.containers.outside import Outside
from game.lab.containers.paths import PATHS
from game.lab.containers.pod import Crew, Pod, now_ms
from game.lab.containers.provision import CHECKS_FOLDER, DOOR_FOLDER, OPTIONAL, PIPES_FOLDER, USERS_FILE
from game.lab.containers.spawner import ContainerSpawner, own_file
from game.lab.containers.specification import Ownership
from game.lab.containers.versions import Versions
from game.lab.containers.watch import Watch
from game.lab.containers.zygote import PYTHON, SCRIPT, ContainerZygote
from game.lab.register import ENGINE
from game.lab.runtime.daemon import Site
from game.lab.runtime.served_stack import ServedStack
from game.lab.runtime.stack_runtime import LOG_ENDPOINT

if TYPE_CHECKING:
    from collections.abc import Callable

    from game.core.stack import Stack
    from game.lab.certificates import Certificates
    from game.lab.home import Home
    from game.lab.places import Place
    from game.lab.unprivileged import Unprivileged

# Bound inside by HAProxy alone, and nothing of the game's asks it.
UNSEEN = ("haproxy.peers", LOG_ENDPOINT)
DATAGRAMS = ("resolver.dns",)


@dataclass(slots=True, kw_only=True)
class Pieces:
    """What one run has of its own on the engine."""

    crew: Crew
    outside: Outside
    pod: Pod
    spawner: ContainerSpawner
    checker: ContainerChecker


class ContainerRuntime(ServedStack):
    """Servers are started and asked as processes are; only what stands below their files is another."""

    def __init__(self, stack: Stack, home: Home, run_id: str, *, engine: Engine | None = None) -> None:
        """Take what to run and where its state goes; `engine` when it was looked for already."""
        super().__init__(stack, home, run_id)
        self._run = run_id
        self._engine = engine
        self._programs: Programs | None = None
        self._pieces: Pieces | None = None

    @property
    def engine(self) -> Engine:
        if self._engine is None:
            self._engine = Engine()
        return self._engine

    @property
    def programs(self) -> Programs:
        """The servers of the images, with their versions."""
        if self._programs is None:
            self._home.make()
            versions = Versions(self.engine, self._home.cache)
            found = []
            for name, path in PATHS.items():
                try:
                    version = versions.of(name)
                except MissingProgram:
                    if name not in OPTIONAL:
                        raise
                    continue
                found.append(Program(name=name, path=path, version=version, origin="chosen"))
            self._programs = Programs(found=tuple(found), missing=())
        return self._programs

    @property
    def pieces(self) -> Pieces:
        """What was made for this run by `prepare`."""
        if self._pieces is None:
            raise AssertionError("prepare was not called")
        return self._pieces

    def is_free(self, address: str) -> bool:
        """Tell whether HAProxy could listen there: inside, every other server has the ports that were allocated to it."""
        port = address.rpartition(":")[2]
        others = {
            str(endpoint.port)
            for endpoint in self.prepare().endpoints
            if not endpoint.name.startswith("haproxy.")
        }
        return port not in others

    def trouble(self) -> str:
        lost = self._pieces is not None and self._pieces.crew.watch.lost
        return f"the container engine at {self.engine.where} does not answer" if lost else ""

    def open_way(self, port: int) -> None:
        """Let the run's containers reach a port of the game's loopback, at the same address."""
        self.pieces.outside.open_way(port)

    def require(self) -> None:
        """Raise what is missing for a stack in containers: an engine that answers, an image."""
        self._require()

    def _require(self) -> None:
        self.engine.version()
        self.programs  # noqa: B018 - asking for them raises what is missing

    def _site(self, place: Place, account: Unprivileged | None) -> Site:
        owner = Ownership(run=self._run, start_ms=now_ms())
        # From here on the reaper knows that there is something on the engine to be removed.
        record = json.dumps({"address": self.engine.where, "run": self._run}) + "\n"
        (place.root / ENGINE).write_text(record)
        self._furnish_folders(place, account)
        watch = Watch(self.engine, self._run)
        crew = Crew(
            root=place.root,
            owner=owner,
            user=f"{account.uid}:{account.gid}" if account else f"{os.getuid()}:{os.getgid()}",
            engine=self.engine,
            watch=watch,
            replicas=tuple(
                service.name
                for service in self._stack.services
                if service.kind in {ServiceKind.REPLICA, ServiceKind.RESOLVER}
            ),
        )
        log = place.endpoint(LOG_ENDPOINT)
        outside = Outside(
            place.root / DOOR_FOLDER,
            tuple(one for one in place.endpoints if one.name not in (*UNSEEN, *DATAGRAMS)),
            tuple(one for one in place.endpoints if one.name in DATAGRAMS),
            log,
        )
        pod = Pod(crew, outside, log.port)
        spawner = ContainerSpawner(crew, pod, account)
        checker = ContainerChecker(crew)
        self._pieces = Pieces(crew=crew, outside=outside, pod=pod, spawner=spawner, checker=checker)
        watch.start()
        outside.start()
        for name in ("door", "check"):
            own_file(place.logs / f"{name}.log", account)
        # Both take a second, which the repository's history and the first configuration take as well.
        for early in (pod.door, checker.waiting):
            threading.Thread(target=_attempt, args=(early,), name="early", daemon=True).start()
        return Site(place=place, programs=self.programs, account=account, spawner=spawner)

    def _furnish_folders(self, place: Place, account: Unprivileged | None) -> None:
        for name in (DOOR_FOLDER, PIPES_FOLDER):
            folder = place.root / name
            folder.mkdir(mode=0o700)
            if account is not None:
                account.own(folder)
        (place.root / CHECKS_FOLDER).mkdir(mode=0o711)
        uid, gid = (account.uid, account.gid) if account else (os.getuid(), os.getgid())
        passwd = place.root / USERS_FILE
        passwd.write_text(f"danceoff:x:{uid}:{gid}::/tmp:/bin/sh\n")
        passwd.chmod(0o644)

    def _zygote(self, site: Site, certificates: Certificates) -> ContainerZygote:
        if site.account is not None:
            site.account.own(certificates.replica_certificate, certificates.replica_key)
        return ContainerZygote(site, SCRIPT, certificates, PYTHON)

    def _end(self) -> None:
        """Remove containers and network by their label, so also those that were just being started."""
        pieces = self._pieces
        if pieces is None:
            return
        for part in (pieces.spawner, pieces.pod, pieces.checker, pieces.crew.watch):
            part.close()
        try:
            remove_leftovers(self._root)
        except EngineSilent:
            # Whoever clears the run's folder next finds that out as well, and says so.
            return
        finally:
            pieces.spawner.end()
            pieces.outside.stop()


def _attempt(early: Callable[[], object]) -> None:
    """Do it ahead; whoever needs it tries again, and hears why it cannot be done."""
    with suppress(DanceoffError):
        early()
