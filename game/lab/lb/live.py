"""The folder that HAProxy loads: what lies in it, and its exchange for other files, which can be undone without disk space.

New files are written beside the folder first, where a full disk stops nothing that serves. Then they are renamed into
place one by one, the configuration last; HAProxy stands in the folder, so the folder itself cannot be exchanged. The old
files stay linked beside it until the exchange is closed.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

from game.errors import StorageFailed
from game.lab.lb.files import CERTIFICATES, CONFIGURATION, sync_folder, write_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from game.lab.lb.files import Files
    from game.lab.unprivileged import Unprivileged


class Live:
    """The live folder, and the two folders beside it that an exchange uses."""

    def __init__(self, folder: Path, account: Unprivileged | None) -> None:
        """Take the folder and the account that HAProxy runs as (None: the game's own)."""
        self.folder = folder
        self._account = account
        self._next = folder.with_name(f"{folder.name}.next")
        self._before = folder.with_name(f"{folder.name}.before")

    def files(self) -> tuple[Path, ...]:
        """List all files, certificates included."""
        return tuple(
            path for path in sorted(self.folder.rglob("*")) if path.is_file() and not path.is_symlink()
        )

    def name(self, path: Path) -> str:
        return path.relative_to(self.folder).as_posix()

    def certificates(self) -> frozenset[str]:
        return frozenset(self.name(path) for path in (self.folder / CERTIFICATES).glob("*"))

    def digest(self) -> str:
        """Digest paths, lengths and bytes, so that no two sets of files can look alike."""
        return self._digest(self.files())

    def certificates_digest(self) -> str:
        """The same of what lies beside the submitted files."""
        return self._digest(tuple(sorted((self.folder / CERTIFICATES).glob("*"))))

    def _digest(self, paths: Sequence[Path]) -> str:
        total = hashlib.sha256()
        for path in paths:
            content = path.read_bytes()
            total.update(f"{self.name(path)}\0{len(content)}\0".encode())
            total.update(content)
        return total.hexdigest()

    @contextmanager
    def exchange(self, files: Files) -> Iterator[Exchange]:
        """Prepare to make the folder hold exactly these files besides the certificates. StorageFailed changes nothing."""
        self._clear()
        try:
            with storage("the new files cannot be written"):
                self._prepare(files)
            yield Exchange(self, self._next, self._before)
        finally:
            self._clear()

    def managed(self) -> tuple[Path, ...]:
        """List what an exchange is in charge of: everything but the certificates."""
        return tuple(path for path in self.files() if not self.name(path).startswith(f"{CERTIFICATES}/"))

    def _prepare(self, files: Files) -> None:
        for path in self.managed():
            kept = self._before / self.name(path)
            kept.parent.mkdir(parents=True, exist_ok=True)
            os.link(path, kept)
        for name, text in files.items():
            write_file(self._next / name, text.encode(errors="surrogateescape"))
            (self.folder / name).parent.mkdir(exist_ok=True)
            if self._account is not None:
                self._account.own(self._next / name, (self.folder / name).parent)

    def _clear(self) -> None:
        for folder in (self._next, self._before):
            shutil.rmtree(folder, ignore_errors=True)


class Exchange:
    """A prepared exchange: `commit` it, and `undo` it if HAProxy does not take it over."""

    def __init__(self, live: Live, new: Path, old: Path) -> None:
        self._live = live
        self._new = new
        self._old = old

    def commit(self) -> None:
        with storage("the new files cannot be put in place"):
            self._move(self._new)

    def undo(self) -> None:
        with storage("the old files cannot be put back"):
            self._move(self._old)

    def _move(self, source: Path) -> None:
        """Rename all files of a folder into the live one, the configuration last, and remove the others there."""
        names = sorted(
            (path.relative_to(source).as_posix() for path in source.rglob("*") if path.is_file()),
            key=lambda name: (name == CONFIGURATION, name),
        )
        for name in names:
            (source / name).replace(self._live.folder / name)
        for path in self._live.managed():
            if self._live.name(path) not in names:
                path.unlink()
        for folder in {self._live.folder, *((self._live.folder / name).parent for name in names)}:
            sync_folder(folder)


@contextmanager
def storage(what: str) -> Iterator[None]:
    """Turn an error of the file system into StorageFailed."""
    try:
        yield
    except OSError as error:
        raise StorageFailed(
            f"{what}: {error.strerror or error}",
            hint="is the disk full? `df` tells; free some space",
        ) from error
