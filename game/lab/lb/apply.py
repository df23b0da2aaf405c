"""The one way by which files come into service: examine, check, exchange, reload, prove, record.

A refusal changes nothing, and neither does a full disk. What HAProxy loads is never the submitted text but one written
anew from its parsed words.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from game.core.haproxy.difference import differences
from game.errors import DanceoffError, ServiceFailed
from game.lab.lb import drift as comparison
from game.lab.lb.approvals import Applied, Approvals, Submission
from game.lab.lb.examination import Refusal, line_finder, written_words
from game.lab.lb.examiner import Examiner
from game.lab.lb.listening import is_free, taken
from game.lab.lb.live import Live
from game.lab.lb.observation import observe
from game.lab.lb.words import cleaned

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from game.core.haproxy.configuration import Configuration
    from game.lab.lb.check import Checks
    from game.lab.lb.drift import Snapshot
    from game.lab.lb.examination import Examined
    from game.lab.lb.files import Files
    from game.lab.lb.live import Exchange
    from game.lab.lb.master import Master, Reload
    from game.lab.places import Place
    from game.lab.unprivileged import Unprivileged

__all__ = ["Applied", "ApplyPath", "Submission"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One look; `number` is of the apply that `baseline` was taken after."""

    number: int
    baseline: Snapshot
    now: Snapshot


class ApplyPath:
    """Serves one run; submissions from several threads are taken one after the other."""

    def __init__(
        self,
        place: Place,
        master: Master,
        checker: Checks,
        account: Unprivileged | None,
        ports: frozenset[int] | None = None,
        is_free: Callable[[str], bool] = is_free,
    ) -> None:
        """Take where the run lives, its HAProxy, the check, and the account that must be able to read the files.

        `ports`, when given, are the only ones that a configuration may listen on or connect to. `is_free` tells whether
        HAProxy could listen on an address.
        """
        self._master = master
        self._is_free = is_free
        self._live = Live(place.live, account)
        self._examiner = Examiner(place.root, self._live, checker, account, ports)
        self._approvals = Approvals(place.approved)
        self._lock = threading.RLock()
        self._latest = Applied(number=0, revision="", digest="", worker_pid=0, reload_ms=0, meaning=())
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

    def drift(self) -> tuple[str, ...]:
        """Tell where files and running state differ from what was approved, never from the middle of an apply.

        Empty until HAProxy serves. ServiceFailed when it does not answer.
        """
        with self._lock:
            if self._baseline is None:
                return ()
            return comparison.drift(self._baseline, observe(self._master, self._live.folder))

    def look(self) -> Seen | None:
        """What was approved and what is now, never from the middle of an apply; None until HAProxy serves."""
        with self._lock:
            if self._baseline is None:
                return None
            now = observe(self._master, self._live.folder)
            return Seen(number=self._latest.number, baseline=self._baseline, now=now)

    @contextmanager
    def quiet(self) -> Iterator[None]:
        """Nobody looks and nothing is applied by others as long as the block lasts."""
        with self._lock:
            yield

    def check(self, files: Files) -> Refusal | None:
        """Tell whether files would be accepted, without putting them into service."""
        with self._lock:
            examined = self._examiner.examined(files)
            return examined if isinstance(examined, Refusal) else None

    def approvable(self, files: Files) -> Files | Refusal:
        """The files as HAProxy would get them, if they would be accepted."""
        with self._lock:
            examined = self._examiner.examined(files)
            return examined if isinstance(examined, Refusal) else examined.files

    def install_first(self, files: Files, revision: str = "") -> Applied | Refusal:
        """Lay out the files for an HAProxy that is not running yet. Call `adopt` once it serves."""
        submission = Submission(files=files, actor="game", message="first installation", revision=revision)
        with self._lock:
            examined = self._examiner.examined(files)
            if isinstance(examined, Refusal):
                return examined
            with self._live.exchange(examined.files) as exchange, self._copies(examined) as copies:
                exchange.commit()
                return self._record(copies, submission, examined, None)

    def adopt(self) -> Applied:
        """Take the worker that serves now as the approved one: after the first start, or after a restart on purpose.

        The first start takes approved files or none: ServiceFailed. Later, other files on disk are served, and stay drift.
        """
        with self._lock:
            approved = bool(self._latest.number) and self._live.digest() == self._latest.digest
            if not approved and self._baseline is None:
                raise ServiceFailed(
                    "haproxy: the files it was started with are not the approved ones",
                    hint="apply a configuration, which puts approved files back in place",
                )
            pid = self._master.wait_until_serving()
            if not approved:
                return self._latest
            self._baseline = observe(self._master, self._live.folder)
            self._approvals.adopt(self._latest.number, pid)
            self._latest = replace(self._latest, worker_pid=pid)
            return self._latest

    def submit(
        self, submission: Submission, together: Callable[[], None] = lambda: None
    ) -> Applied | Refusal:
        """Put files into service. A refusal says at which stage and in which words; everything is then as before.

        `together` is called once they are checked, right before HAProxy takes them; it may wait for others.
        """
        with self._lock:
            examined = self._examiner.examined(submission.files)
            if isinstance(examined, Refusal):
                return examined
            busy = taken(examined.configuration, self._configuration, self._is_free)
            if busy:
                return Refusal(stage="check", words=busy)
            with self._live.exchange(examined.files) as exchange, self._copies(examined) as copies:
                together()
                try:
                    exchange.commit()
                    reload = self._master.reload()
                except DanceoffError:
                    exchange.undo()
                    raise
                if not reload.worked:
                    exchange.undo()
                    # The failed reload moved the master's counters: this is known, and no drift.
                    self._count_reloads()
                    return _refused_by_reload(reload, examined)
                return self._recorded(copies, submission, examined, reload, exchange)

    def load_only(self, files: Files) -> Refusal | None:
        """Have HAProxy load files and put the approved ones back on disk without a reload. Records nothing: it is drift."""
        return self._load_unapproved(files, lambda: None, stay=False)

    def overwrite(self, files: Files, together: Callable[[], None] = lambda: None) -> Refusal | None:
        """Have HAProxy load files that stay on disk, while others are approved. Records nothing: it is drift.

        `together` is called once they are checked, right before HAProxy takes them.
        """
        return self._load_unapproved(files, together, stay=True)

    def _load_unapproved(self, files: Files, together: Callable[[], None], *, stay: bool) -> Refusal | None:
        """Load files past approval and record; only those that HAProxy took may stay on disk."""
        with self._lock:
            examined = self._examiner.examined(files)
            if isinstance(examined, Refusal):
                return examined
            with self._live.exchange(examined.files) as exchange:
                together()
                took = False
                try:
                    exchange.commit()
                    reload = self._master.reload()
                    took = reload.worked
                finally:
                    if not (stay and took):
                        exchange.undo()
            return None if took else _refused_by_reload(reload, examined)

    def _recorded(
        self, copies: Path, submission: Submission, examined: Examined, reload: Reload, exchange: Exchange
    ) -> Applied:
        """Record what serves now; what cannot be recorded must not stay in service."""
        try:
            baseline = observe(self._master, self._live.folder)
            applied = self._record(copies, submission, examined, reload)
        except DanceoffError:
            exchange.undo()
            self._master.reload()
            if self._baseline is not None:
                self._baseline = observe(self._master, self._live.folder)
            raise
        self._baseline = baseline
        return applied

    def _record(
        self, copies: Path, submission: Submission, examined: Examined, reload: Reload | None
    ) -> Applied:
        """Write the record, then remember what it says for the next comparison."""
        before = self._configuration
        found = differences(before, examined.configuration) if before is not None else ()
        applied = Applied(
            number=self._latest.number + 1,
            revision=submission.revision,
            digest=self._live.digest(),
            worker_pid=reload.worker if reload else 0,
            reload_ms=reload.took_ms if reload else 0,
            meaning=tuple(each.in_words for each in found),
        )
        self._approvals.record(copies, submission, applied)
        self._latest = applied
        self._files = dict(submission.files)
        self._configuration = examined.configuration
        return applied

    @contextmanager
    def _copies(self, examined: Examined) -> Iterator[Path]:
        """Write the copies for the record ahead, and remove them if it does not come to one."""
        copies = self._approvals.copy(examined.files, self._live)
        try:
            yield copies
        finally:
            self._approvals.forget(copies)

    def _count_reloads(self) -> None:
        """Move the baseline's reload counters on, and nothing else: other drift must stay visible."""
        if self._baseline is not None:
            processes = self._master.processes()
            self._baseline = self._baseline.with_reloads(processes.reloads, processes.failed)


def _refused_by_reload(reload: Reload, examined: Examined) -> Refusal:
    words = cleaned(reload.log, written_words(examined), line_finder(examined))
    return Refusal(stage="reload", words=words or ("HAProxy did not take it over; the old one serves on",))
