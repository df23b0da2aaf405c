"""What every way of running a stack has in common: the run's folders, its addresses, its order of coming up and going down."""

from __future__ import annotations

import os
import threading
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING

from game.errors import EngineSilent, ServiceFailed, StorageFailed, UsageError
from game.lab.certificates import Certificates, make_certificates
from game.lab.places import Endpoint, Place
from game.lab.ports import LOOPBACK, PortBlock, lock_file, reserve
from game.lab.reaper import Removal, remove, start_reaper
from game.lab.register import ALIVE, write_owner
from game.lab.unprivileged import unprivileged

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

    from game.core.stack import Stack
    from game.lab.home import Home
    from game.lab.runtime.daemon import Settings
    from game.lab.runtime.protocol import ServiceAction, ServiceState, Step
    from game.lab.unprivileged import Unprivileged

# HAProxy logs to it over UDP; who reads the log binds it.
LOG_ENDPOINT = "game.log"
# Room for a unix socket's name (108 bytes with its end) below the run's root, with HAProxy's temporary suffix.
LONGEST_ROOT = 107 - len("/sock/master.sock.1234567.tmp")


@dataclass(slots=True, kw_only=True)
class Up:
    """What exists once a run is prepared."""

    place: Place
    reaper: subprocess.Popen[bytes]
    certificates: Certificates


class StackRuntime(ABC):
    """Meets `Runtime`. One object is one run; `down` may be called from any thread at any time, repeatedly."""

    def __init__(self, stack: Stack, home: Home, run_id: str) -> None:
        """Take what to run and where its state goes."""
        self._stack = stack
        self._home = home
        self._root = home.runs / run_id
        self._up: Up | None = None
        self._ports: PortBlock | None = None
        self._alive = -1
        self._lock = threading.Lock()

    @abstractmethod
    def _require(self) -> None:
        """Raise what is missing on this machine, before anything is made."""

    @abstractmethod
    def _make_ready(self, place: Place, account: Unprivileged | None) -> None:
        """Make what servers are started with; starts none of them."""

    @abstractmethod
    def up(self, progress: Callable[[Step], None]) -> None:
        """Start everything; `live/` must hold a configuration."""

    @abstractmethod
    def act(self, service: str, action: ServiceAction, settings: Settings = ()) -> None:
        """Carry out an action on one service; `settings` only with start and restart."""

    @abstractmethod
    def states(self) -> tuple[ServiceState, ...]:
        """Return the states in the stack's order; empty before `prepare`."""

    @abstractmethod
    def _end(self) -> None:
        """End everything that was started, and start nothing any more; also when nothing was."""

    @property
    def certificates(self) -> Certificates:
        """Return the run's keys; the load worker needs `ca` and `verifying_key`."""
        return self._prepared().certificates

    def prepare(self) -> Place:
        """Make the run's folders, allocate addresses, write certificates; only the reaper is started."""
        if self._up is not None:
            return self._up.place
        self._require()
        account = unprivileged()
        self._home.make()
        self._check_reach(account)
        self._make_root(account)
        owner = write_owner(self._root)
        self._alive = lock_file(self._root / ALIVE)
        reaper = start_reaper(self._root, owner)
        try:
            self._furnish(account, reaper)
        except BaseException:
            # Also on Ctrl-C: nothing of a run that is not returned may stay.
            self._up = None
            self._end()
            reaper.kill()
            reaper.wait()
            remove(self._root)
            self._release_ports()
            raise
        return self._prepared().place

    def trouble(self) -> str:
        """Processes stand on the machine itself, which is there as long as we are."""
        return ""

    def down(self) -> None:
        """End every process of the run, also those that others registered (the load worker), and delete transient files."""
        with self._lock:
            up = self._up
            if up is None:
                return
            self._end()
            removal = remove(self._root)
            if not removal.silent:
                # Else it goes on waiting for the engine when the game is gone.
                up.reaper.kill()
                up.reaper.wait()
            self._release_ports()
            self._up = None
        _complain(removal)

    def _release_ports(self) -> None:
        if self._ports is not None:
            self._ports.release()
        if self._alive >= 0:
            os.close(self._alive)
            self._alive = -1

    def _prepared(self) -> Up:
        if self._up is None:
            raise UsageError("the stack is not prepared, or was taken down", hint="call prepare first")
        return self._up

    def _check_reach(self, account: Unprivileged | None) -> None:
        if len(os.fsencode(self._root)) > LONGEST_ROOT:
            raise UsageError(
                f"{self._root} is too long a path for unix sockets below it (over {LONGEST_ROOT} characters)",
                hint="set DANCEOFF_HOME to a shorter one",
            )
        if account is not None and not all(
            account.passes(folder) for folder in (self._home.runs, self._home.cache)
        ):
            raise UsageError(
                f"{self._home.path}: servers do not run as root, and their user cannot pass through to it",
                hint="set DANCEOFF_HOME to a folder below ones with mode 711 or 755, such as /var/lib/danceoff",
            )

    def _make_root(self, account: Unprivileged | None) -> None:
        mode = 0o711 if account else 0o700
        place = Place(root=self._root, endpoints=())
        try:
            self._root.mkdir(mode=mode)
            for folder in (place.live, place.sockets, place.logs, place.approved):
                folder.mkdir(mode=mode)
        except FileExistsError as error:
            raise UsageError(
                f"the run {self._root.name} exists already", hint="give the run another name"
            ) from error
        except OSError as error:
            raise StorageFailed(
                f"cannot make {self._root}: {error.strerror}", hint="make room there"
            ) from error
        if account:
            # The servers make their sockets here.
            account.own(place.sockets)
            place.sockets.chmod(0o700)

    def _furnish(self, account: Unprivileged | None, reaper: subprocess.Popen[bytes]) -> None:
        names = [f"{service.name}.{port}" for service in self._stack.services for port in service.ports]
        place = Place(root=self._root, endpoints=self._addresses([*names, LOG_ENDPOINT]))
        certificates = self._keys(place, account)
        self._up = Up(place=place, reaper=reaper, certificates=certificates)
        self._make_ready(place, account)

    def _addresses(self, names: list[str]) -> tuple[Endpoint, ...]:
        """Allocate an address for each name."""
        self._ports = ports = reserve(len(names))
        return tuple(
            Endpoint(name=name, host=LOOPBACK, port=port)
            for name, port in zip(names, ports.ports(), strict=True)
        )

    def _keys(self, place: Place, account: Unprivileged | None) -> Certificates:
        return make_certificates(place.live, self._root / "private", account)


def _complain(removal: Removal) -> None:
    if removal.silent:
        raise EngineSilent(removal.silent, hint="start the engine, then: danceoff clean")
    if removal.left:
        raise ServiceFailed(
            f"processes {', '.join(map(str, removal.left))} of {removal.root} do not end",
            hint="run `danceoff clean`, as the user who started the run",
        )
