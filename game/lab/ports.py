"""Ports on loopback: a run takes a whole block of them and holds it with a file lock for its life.

The range lies below Linux's ephemeral ports, so that no outgoing connection takes one; `DANCEOFF_PORTS=24000-25999` names
another. The locks lie in a folder that all users of the machine share, since ports are shared too; a lock dies with its
process, whatever the death.
"""

from __future__ import annotations

import fcntl
import os
import re
import socket
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from game.errors import PlatformError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

VARIABLE = "DANCEOFF_PORTS"
USUAL = range(20000, 32000)
# Those below are the system's own.
LOWEST, HIGHEST = 1024, 65535
BLOCK = 40
LOOPBACK = "127.0.0.1"


@dataclass(slots=True, kw_only=True)
class PortBlock:
    """Ports `first` and onwards, ours until `release` or the end of the process."""

    first: int
    size: int
    lock: int

    def ports(self) -> range:
        return range(self.first, self.first + self.size)

    def release(self) -> None:
        """Give the block back; harmless when done before."""
        if self.lock >= 0:
            os.close(self.lock)
            self.lock = -1


def reserve(count: int, *, folder: Path | None = None, firsts: Sequence[int] | None = None) -> PortBlock:
    """Take the first block of `count` ports (at most BLOCK) that nobody holds and that can all be bound."""
    if not 0 < count <= BLOCK:
        raise PlatformError(f"a stack can have 1 to {BLOCK} ports, not {count}", hint="split the stack")
    locks = folder or lock_folder()
    ours = offered()
    candidates = firsts if firsts is not None else ours[: 1 - BLOCK : BLOCK]
    taken = ""
    for first in candidates:
        lock = lock_file(locks / f"ports-{first}.lock")
        if lock < 0:
            taken = f"ports {first}-{first + BLOCK - 1} belong to another run"
            continue
        busy = next((port for port in range(first, first + count) if not bindable(port)), None)
        if busy is None:
            return PortBlock(first=first, size=count, lock=lock)
        os.close(lock)
        taken = f"port {busy} is taken by another program"
    raise PlatformError(
        f"no free block of {count} ports on {LOOPBACK} between {ours[0]} and {ours[-1]}; last tried: {taken}",
        hint="see who listens with `ss -ltnp`, run `danceoff clean` to end what is left of earlier runs, "
        f"or name other ports with {VARIABLE}",
    )


def offered(environment: Mapping[str, str] = os.environ) -> range:
    """Tell the ports that stacks may take, by $DANCEOFF_PORTS (FIRST-LAST, both included) or the usual ones."""
    chosen = environment.get(VARIABLE, "")
    if not chosen:
        return USUAL
    named = re.fullmatch(r"(\d{4,5})-(\d{4,5})", chosen)
    ports = range(int(named[1]), int(named[2]) + 1) if named else range(0)
    if len(ports) < BLOCK or ports[0] < LOWEST or ports[-1] > HIGHEST:
        raise UsageError(
            f"{VARIABLE}={chosen} names no range of ports for a stack",
            hint=f"write FIRST-LAST, at least {BLOCK} ports between {LOWEST} and {HIGHEST}, such as {VARIABLE}=24000-25999",
        )
    return ports


def lock_folder() -> Path:
    """Return the folder of the locks, made usable by every user; a user's own where that is not possible."""
    shared = Path(tempfile.gettempdir()) / "danceoff-ports"
    try:
        shared.mkdir(exist_ok=True)
        if shared.stat().st_uid == os.geteuid():
            shared.chmod(0o1777)
    except OSError:
        pass
    if shared.is_dir() and not shared.is_symlink() and os.access(shared, os.R_OK | os.W_OK | os.X_OK):
        return shared
    # The ports are still checked one by one; only a race with another user's start remains.
    own = Path(tempfile.gettempdir()) / f"danceoff-ports-{os.geteuid()}"
    own.mkdir(mode=0o700, exist_ok=True)
    return own


def bindable(port: int) -> bool:
    """Tell whether a server could listen here now, over TCP and UDP."""
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(socket.AF_INET, kind) as probe:
            if kind == socket.SOCK_STREAM:
                # As servers do: connections of an earlier run in TIME_WAIT do not make the port taken.
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((LOOPBACK, port))
            except OSError:
                return False
    return True


def lock_file(path: Path) -> int:
    """Lock a file between processes: return the locked descriptor, or -1 when somebody else holds it or it cannot be locked."""
    # Opened for reading and only created when missing: the kernel refuses to open another user's file in a sticky
    # folder with O_CREAT, and a lock needs no right to write.
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        try:
            descriptor = os.open(
                path, os.O_RDONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644
            )
            os.fchmod(descriptor, 0o644)
        except OSError:
            return -1
    except OSError:
        return -1
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return -1
    return descriptor
