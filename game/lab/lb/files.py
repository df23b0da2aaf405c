"""The load balancer's files: which paths there may be, and how folders of them are read and written."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Mapping
from typing import TYPE_CHECKING

from game.errors import Refused, StorageFailed

if TYPE_CHECKING:
    from pathlib import Path

CONFIGURATION = "haproxy.cfg"
CERTIFICATES = "certs"
MAX_FILES = 40
MAX_FILE_BYTES = 256 * 1024
SHARED = stat.S_ISGID | stat.S_IWGRP

# Texts by their path relative to the load balancer's folder.
Files = Mapping[str, str]

_PATH = re.compile(
    r"haproxy\.cfg|(?:maps/[A-Za-z0-9][A-Za-z0-9_.-]{0,60}\.map)|(?:errors/[A-Za-z0-9][A-Za-z0-9_.-]{0,60}\.http)"
)


def is_load_balancers(path: str) -> bool:
    """Tell whether the load balancer may have a file of that path in its repository."""
    return _PATH.fullmatch(path) is not None


def read_files(folder: Path) -> dict[str, str]:
    """Read the load balancer's files below a folder; others are left alone. Links and huge files are refused."""
    found = {}
    for path in sorted((folder / CONFIGURATION, *folder.glob("maps/*"), *folder.glob("errors/*"))):
        name = path.relative_to(folder).as_posix()
        if is_load_balancers(name) and (path.exists() or path.is_symlink()):
            if path.parent.is_symlink():
                raise Refused(f"{path.parent.name}/ is a link", hint="make it a real folder")
            found[name] = _read(path, name)
            if len(found) > MAX_FILES:
                raise Refused(f"more than {MAX_FILES} files", hint="remove those that are not used")
    return found


def is_shared(folder: Path) -> bool:
    """Tell whether a folder's group works there as well: it may write, and new files belong to it."""
    return folder.stat().st_mode & SHARED == SHARED


def write_file(path: Path, content: bytes, mode: int | None = None) -> None:
    """Write a file so that a reader finds the old or the new content, whatever happens in between.

    Without a mode everybody may read the file, and in a shared folder its group may write it.
    """
    beside = path.with_name(f".{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if mode is None:
            mode = 0o664 if is_shared(path.parent) else 0o644
        with beside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.chmod(mode)
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise StorageFailed(
            f"cannot write {path.name} in {path.parent}: {error.strerror}", hint="is the disk full?"
        ) from error


def sync_folder(folder: Path) -> None:
    """Make renames within a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _read(path: Path, name: str) -> str:
    """Read without following a link and without waiting on a pipe, whatever lies there by now."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        raise Refused(f"{name} cannot be read: {error.strerror}", hint="make it an ordinary file") from error
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise Refused(f"{name} is not an ordinary file", hint="make it one")
        content = file.read(MAX_FILE_BYTES + 1)
    if len(content) > MAX_FILE_BYTES:
        raise Refused(f"{name} is larger than {MAX_FILE_BYTES // 1024} kB", hint="shorten it")
    return content.decode(errors="surrogateescape")
