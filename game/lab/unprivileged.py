"""The account under which servers run when the game itself was started by root."""

from __future__ import annotations

import os
import pwd
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

from game.errors import PlatformError

if TYPE_CHECKING:
    from pathlib import Path

ACCOUNT = "nobody"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unprivileged:
    """A user of the system without rights: `uid` and `gid`."""

    uid: int
    gid: int

    def own(self, *paths: Path) -> None:
        for path in paths:
            os.chown(path, self.uid, self.gid)

    def reaches(self, path: Path) -> bool:
        """Tell by the mode bits whether this user could read and, for folders and programs, enter or execute `path`."""
        real = path.resolve()
        return all(self._may(folder, 1) for folder in real.parents) and self._may(real, 5)

    def passes(self, folder: Path) -> bool:
        """Tell whether this user could pass through a folder to what lies below it."""
        real = folder.resolve()
        return all(self._may(one, 1) for one in (real, *real.parents))

    def _may(self, path: Path, bits: int) -> bool:
        try:
            found = path.stat()
        except OSError:
            return False
        shift = 6 if found.st_uid == self.uid else 3 if found.st_gid == self.gid else 0
        return (stat.S_IMODE(found.st_mode) >> shift) & bits == bits


def unprivileged() -> Unprivileged | None:
    """Return the account for servers, or None when the game is not root and they can simply run as its user."""
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam(ACCOUNT)
    except KeyError as error:
        raise PlatformError(
            f"started by root, and this system has no user `{ACCOUNT}` to run servers as",
            hint="run danceoff as an ordinary user",
        ) from error
    return Unprivileged(uid=entry.pw_uid, gid=entry.pw_gid)
