"""The one way by which files come into service: examine, check, swap, reload, prove, record. A refusal changes nothing.

What HAProxy loads is never the submitted text but one written anew from its parsed words. The files that are served lie
in `live/`; HAProxy's master stands in that folder, so files are replaced there one by one, the configuration last, and
nobody reads them before the reload at the end. `approved/<n>/` keeps a copy of everything that was put into service.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from game.core.haproxy.difference import differences
from game.errors import DanceoffError, ServiceFailed, StorageFailed
from game.lab.lb.examination import Examined, Refusal, examine, line_finder, written_words
from game.lab.lb.files import CERTIFICATES, CONFIGURATION, MAX_FILE_BYTES, sync_folder, write_file
from game.lab.lb.listening import taken
from game.lab.lb.observation import observe
from game.lab.lb.words import cleaned

if TYPE_CHECKING:
    from game.core.haproxy.configuration import Configuration
    from game.lab.lb.check import Checker
    from game.lab.lb.drift import Snapshot
    from game.lab.lb.files import Files
    from game.lab.lb.master import Master
    from game.lab.places import Place
    from game.lab.unprivileged import Unprivileged


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


class ApplyPath:
    """Serves one run; submissions from several threads are taken one after the other."""

    def __init__(
        self,
        place: Place,
        master: Master,
        checker: Checker,
        account: Unprivileged | None,
        ports: frozenset[int] | None = None,
    ) -> None:
        """Take where the run lives, its HAProxy, the check, and the account that must be able to read the files.

        `ports`, when given, are the only ones that a configuration may listen on or connect to.
        """
        self._place = place
        self._master = master
        self._checker = checker
        self._account = account
        self._ports = ports
        self._lock = threading.RLock()
        self._number = 0
        self._files: dict[str, str] = {}
        self._configuration: Configuration | None = None
        self._baseline: Snapshot | None = None

    @property
    def approved_files(self) -> Files:
        """The files in service as they were submitted, by path."""
        with self._lock:
            return dict(self._files)

    @property
    def baseline(self) -> Snapshot | None:
        """Files and running state right after the last apply; None until HAProxy serves."""
        with self._lock:
            return self._baseline

    def check(self, files: Files) -> Refusal | None:
        """Tell whether files would be accepted, without putting them into service."""
        with self._lock, tempfile.TemporaryDirectory(prefix="check-", dir=self._staging_root()) as folder:
            examined = self._examined(files, Path(folder))
            return examined if isinstance(examined, Refusal) else None

    def install_first(self, files: Files, revision: str = "") -> Applied | Refusal:
        """Lay out the files for an HAProxy that is not running yet. Call `adopt` once it serves."""
        submission = Submission(files=files, actor="game", message="first installation", revision=revision)
        with self._lock, tempfile.TemporaryDirectory(prefix="check-", dir=self._staging_root()) as folder:
            examined = self._examined(files, Path(folder))
            if isinstance(examined, Refusal):
                return examined
            self._swap(examined.files)
            return self._record(submission, examined, worker_pid=0, reload_ms=0)

    def adopt(self) -> Applied:
        """Take the worker that serves now as the approved one: after the first start, or after a restart on purpose.

        The files on disk must be the approved ones; ServiceFailed otherwise.
        """
        with self._lock:
            if self._digest() != self._recorded_digest():
                raise ServiceFailed(
                    "haproxy: the files it was started with are not the approved ones",
                    hint="apply a configuration, which puts approved files back in place",
                )
            self._master.wait_until_serving()
            self._baseline = observe(self._master, self._place.live)
            pid = self._baseline.running.worker_pid
            record = Applied(
                number=self._number,
                revision="",
                digest=self._digest(),
                worker_pid=pid,
                reload_ms=0,
                meaning=(),
            )
            folder = self._place.approved / str(self._number)
            write_file(folder / "worker", f"{pid}\n".encode())
            return record

    def submit(self, submission: Submission) -> Applied | Refusal:
        """Put files into service. A refusal says at which stage and in which words; everything is then as before."""
        with self._lock, tempfile.TemporaryDirectory(prefix="check-", dir=self._staging_root()) as folder:
            examined = self._examined(submission.files, Path(folder))
            if isinstance(examined, Refusal):
                return examined
            busy = taken(examined.configuration, self._configuration)
            if busy:
                return Refusal(stage="check", words=busy)
            before = self._managed()
            try:
                self._swap(examined.files)
                reload = self._master.reload()
            except DanceoffError:
                self._swap(before)
                raise
            if not reload.worked:
                self._swap(before)
                words = cleaned(reload.log, written_words(examined), line_finder(examined))
                # The failed reload moved the master's counters: this is known and no drift.
                self._observe_again()
                return Refusal(
                    stage="reload", words=words or ("HAProxy did not take it over; the old one serves on",)
                )
            self._baseline = observe(self._master, self._place.live)
            return self._record(submission, examined, worker_pid=reload.worker, reload_ms=reload.took_ms)

    def _examined(self, files: Files, staging: Path) -> Examined | Refusal:
        """Go through every stage up to HAProxy's own check, in the given folder."""
        examined = examine(files, self._certificates(), self._ports)
        if isinstance(examined, Refusal):
            return examined
        self._lay_out(examined.files, staging)
        checked = self._checker.check(staging)
        if checked.ok:
            return examined
        words = cleaned(checked.output, written_words(examined), line_finder(examined))
        stopped = (f"the check was ended: {checked.stopped}",) if checked.stopped else ()
        return Refusal(
            stage="check", words=(*words, *stopped) or ("HAProxy refuses it and does not say why",)
        )

    def _certificates(self) -> frozenset[str]:
        live = self._place.live
        return frozenset(path.relative_to(live).as_posix() for path in (live / CERTIFICATES).glob("*"))

    def _lay_out(self, files: Files, staging: Path) -> None:
        """Write the files into the staging folder, with copies of the certificates, readable by the check's account."""
        for path, text in files.items():
            target = staging / path
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(text.encode(errors="surrogateescape"))
        certificates = self._place.live / CERTIFICATES
        if certificates.is_dir():
            shutil.copytree(certificates, staging / CERTIFICATES)
        if self._account is not None:
            # Readable for the check's account, and not writable.
            for laid_out in (staging, *staging.rglob("*")):
                os.chown(laid_out, -1, self._account.gid)
                laid_out.chmod(0o750 if laid_out.is_dir() else 0o640)

    def _managed(self) -> dict[str, str]:
        """Return the files in `live/` that this path is in charge of, whatever their state."""
        found = {}
        for path in self._live_files():
            name = path.relative_to(self._place.live).as_posix()
            if not name.startswith(f"{CERTIFICATES}/"):
                with path.open("rb") as file:
                    found[name] = file.read(MAX_FILE_BYTES * 4).decode(errors="surrogateescape")
        return found

    def _swap(self, files: Files) -> None:
        """Make `live/` hold exactly these files, besides the certificates; the configuration comes last."""
        live = self._place.live
        for name in (*sorted(files.keys() - {CONFIGURATION}), CONFIGURATION):
            if name in files:
                write_file(live / name, files[name].encode(errors="surrogateescape"))
        for path in self._live_files():
            name = path.relative_to(live).as_posix()
            if name not in files and not name.startswith(f"{CERTIFICATES}/"):
                path.unlink(missing_ok=True)
        if self._account is not None:
            self._account.own(*(path for path in live.rglob("*") if CERTIFICATES not in path.parts))
        sync_folder(live)

    def _record(
        self, submission: Submission, examined: Examined, *, worker_pid: int, reload_ms: int
    ) -> Applied:
        """Keep a durable copy of what is in service now, and remember it for the next comparison."""
        before = self._configuration
        applied = Applied(
            number=self._number + 1,
            revision=submission.revision,
            digest=self._digest(),
            worker_pid=worker_pid,
            reload_ms=reload_ms,
            meaning=tuple(each.in_words for each in differences(before, examined.configuration))
            if before
            else (),
        )
        approved = self._place.approved
        try:
            approved.mkdir(exist_ok=True)
            folder = Path(tempfile.mkdtemp(prefix=".new-", dir=approved))
            for path in self._live_files():
                write_file(folder / "files" / path.relative_to(self._place.live), path.read_bytes(), 0o600)
            write_file(folder / "record.json", _as_json(submission, applied))
            folder.rename(approved / str(applied.number))
            sync_folder(approved)
        except OSError as error:
            raise StorageFailed(
                f"the record of what was applied cannot be written: {error.strerror}",
                hint="is the disk full?",
            ) from error
        self._number = applied.number
        self._files = dict(submission.files)
        self._configuration = examined.configuration
        return applied

    def _observe_again(self) -> None:
        """Move the baseline's reload counters on, and nothing else: other drift must stay visible."""
        if self._baseline is None:
            return
        processes = self._master.processes()
        self._baseline = self._baseline.with_reloads(processes.reloads, processes.failed)

    def _recorded_digest(self) -> str:
        record = self._place.approved / str(self._number) / "record.json"
        if not record.is_file():
            return ""
        return str(json.loads(record.read_text())["digest"])

    def _digest(self) -> str:
        """Digest paths, lengths and bytes, so that no two sets of files can look alike."""
        total = hashlib.sha256()
        for path in self._live_files():
            content = path.read_bytes()
            total.update(f"{path.relative_to(self._place.live).as_posix()}\0{len(content)}\0".encode())
            total.update(content)
        return total.hexdigest()

    def _live_files(self) -> tuple[Path, ...]:
        return tuple(
            path for path in sorted(self._place.live.rglob("*")) if path.is_file() and not path.is_symlink()
        )

    def _staging_root(self) -> Path:
        """Return the folder for staging: in the run's root, where the servers' account can pass through."""
        return self._place.root


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
