"""The durable record of everything that was put into service: `approved/<n>/` with copies, digest and worker."""

from __future__ import annotations

import json
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from game.lab.lb.files import sync_folder, write_file
from game.lab.lb.live import storage

if TYPE_CHECKING:
    from game.lab.lb.files import Files
    from game.lab.lb.live import Live


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """Files to put into service. `revision` is the commit they are from, `message` what it says."""

    files: Files
    actor: str
    message: str
    revision: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What was put into service. `digest` is a SHA-256 over every file that HAProxy loads, certificates included.

    `worker_pid` is 0 when the files were only laid out for an HAProxy that is yet to start. `meaning` tells in words
    how the configuration differs from the one before.
    """

    number: int
    revision: str
    digest: str
    worker_pid: int
    reload_ms: int
    meaning: tuple[str, ...]


class Approvals:
    """The records of one run, numbered from 1."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def copy(self, files: Files, live: Live) -> Path:
        """Write the copies ahead, before anything changes: files about to be applied, certificates as they are."""
        with storage("the copies of what is to be applied cannot be written"):
            self._folder.mkdir(exist_ok=True)
            folder = Path(tempfile.mkdtemp(prefix=".new-", dir=self._folder))
            for name, text in files.items():
                write_file(folder / "files" / name, text.encode(errors="surrogateescape"), 0o600)
            for name in live.certificates():
                write_file(folder / "files" / name, (live.folder / name).read_bytes(), 0o600)
        return folder

    def record(self, folder: Path, submission: Submission, applied: Applied) -> None:
        """Complete the copies with who, what and which worker, and give them their number."""
        with storage("the record of what was applied cannot be written"):
            write_file(folder / "record.json", _as_json(submission, applied))
            folder.rename(self._folder / str(applied.number))
            sync_folder(self._folder)

    def forget(self, folder: Path) -> None:
        """Remove copies of what did not come into service; harmless when it did."""
        shutil.rmtree(folder, ignore_errors=True)

    def adopt(self, number: int, worker_pid: int) -> None:
        """Note the worker that serves an approved state after a start."""
        write_file(self._folder / str(number) / "worker", f"{worker_pid}\n".encode())


def _as_json(submission: Submission, applied: Applied) -> bytes:
    return json.dumps(
        {
            "number": applied.number,
            "revision": applied.revision,
            "actor": submission.actor,
            "message": submission.message,
            "digest": applied.digest,
            "worker_pid": applied.worker_pid,
            "reload_ms": applied.reload_ms,
            "meaning": list(applied.meaning),
        },
        indent=1,
    ).encode()
