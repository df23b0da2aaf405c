"""Copies of programs for an account that cannot reach the originals (a virtual environment below /root, say)."""

from __future__ import annotations

import hashlib
import os
import shutil
import threading
from pathlib import Path

from game.errors import StorageFailed

# Only needed to compile against a server.
LEFT_OUT = ("include", "__pycache__")


def borrow(program: Path, levels: int, version: str, cache: Path) -> Path:
    """Return the path of a copy below `cache`, made on first use.

    What is copied is the file alone (`levels` 0) or the folder that many levels up, with all below it. Its name holds
    version, size and time of change, so that an upgrade is copied anew. Two games at once each make a copy under a
    name of their own; the first to rename wins and the other uses that.
    """
    real = program.resolve()
    source = real if levels == 0 else real.parents[levels - 1]
    status = real.stat()
    key = hashlib.sha256(f"{source} {version} {status.st_size} {status.st_mtime_ns}".encode()).hexdigest()[
        :12
    ]
    target = cache / "programs" / f"{real.name if levels == 0 else source.name}-{version}-{key}"
    inside = Path(real.name) if levels == 0 else real.relative_to(source)
    if not (target / inside).exists():
        building = target.with_name(f"{target.name}.{os.getpid()}-{threading.get_ident()}")
        try:
            _copy(source, building)
            _open(building)
            _place(building, target)
        except OSError as error:
            raise StorageFailed(
                f"cannot copy {source} to {target}: {error.strerror}",
                hint="make room there or set DANCEOFF_HOME to another disk",
            ) from error
        finally:
            shutil.rmtree(building, ignore_errors=True)
    return target / inside


def _copy(source: Path, building: Path) -> None:
    shutil.rmtree(building, ignore_errors=True)
    building.parent.mkdir(mode=0o711, parents=True, exist_ok=True)
    if source.is_file():
        building.mkdir()
        shutil.copy2(source, building / source.name)
    else:
        shutil.copytree(source, building, ignore=shutil.ignore_patterns(*LEFT_OUT), symlinks=True)


def _open(building: Path) -> None:
    """Let everybody read, and nobody but the owner write, whatever the umask was when the original was installed."""
    building.chmod(0o755)
    for path in building.rglob("*"):
        if not path.is_symlink():
            executable = path.is_dir() or path.stat().st_mode & 0o100
            path.chmod(0o755 if executable else 0o644)


def _place(building: Path, target: Path) -> None:
    try:
        building.rename(target)
    except OSError:
        if not target.is_dir():
            raise
