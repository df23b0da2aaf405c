"""Would HAProxy take these files? Every stage of their examination, up to HAProxy's own check in a folder of its own."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from game.lab.lb.examination import Examined, Refusal, examine, line_finder, written_words
from game.lab.lb.files import CERTIFICATES
from game.lab.lb.live import storage
from game.lab.lb.words import cleaned

if TYPE_CHECKING:
    from game.lab.lb.check import Checks
    from game.lab.lb.files import Files
    from game.lab.lb.live import Live
    from game.lab.unprivileged import Unprivileged

KNOWN_GOOD = 16


class Examiner:
    """Of one run. `root` is its folder, `account` must be able to read what is checked.

    `ports`, when given, are the only ones that a configuration may listen on or connect to.
    """

    def __init__(
        self,
        root: Path,
        live: Live,
        checker: Checks,
        account: Unprivileged | None,
        ports: frozenset[int] | None,
    ) -> None:
        self._root = root
        self._live = live
        self._checker = checker
        self._account = account
        self._ports = ports
        # What was good is good again: somebody who goes back and forth need not wait for HAProxy's word each time.
        self._good: dict[tuple[tuple[str, str], ...], Examined] = {}

    def examined(self, files: Files) -> Examined | Refusal:
        """The files as HAProxy would get them, or the first stage that refuses them, in its words."""
        key = (*sorted(files.items()), ("", self._live.certificates_digest()))
        known = self._good.get(key)
        if known is not None:
            return known
        examined = self._examined(files)
        if isinstance(examined, Examined):
            if len(self._good) >= KNOWN_GOOD:
                self._good.clear()
            self._good[key] = examined
        return examined

    def _examined(self, files: Files) -> Examined | Refusal:
        examined = examine(files, self._live.certificates(), self._ports)
        if isinstance(examined, Refusal):
            return examined
        with storage("the files cannot be laid out for their check"):
            # In the run's root, which the check's account can pass through.
            staging = Path(tempfile.mkdtemp(prefix="check-", dir=self._checker.staging(self._root)))
        try:
            with storage("the files cannot be laid out for their check"):
                self._lay_out(examined.files, staging)
            checked = self._checker.check(staging)
        finally:
            shutil.rmtree(staging, ignore_errors=True)
        if checked.ok:
            return examined
        words = cleaned(checked.output, written_words(examined), line_finder(examined))
        stopped = (f"the check was ended: {checked.stopped}",) if checked.stopped else ()
        return Refusal(
            stage="check", words=(*words, *stopped) or ("HAProxy refuses it and does not say why",)
        )

    def _lay_out(self, files: Files, staging: Path) -> None:
        """Write the files into the staging folder, with copies of the certificates, for the check's account to read."""
        for path, text in files.items():
            target = staging / path
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(text.encode(errors="surrogateescape"))
        certificates = self._live.folder / CERTIFICATES
        if certificates.is_dir():
            shutil.copytree(certificates, staging / CERTIFICATES)
        if self._account is not None:
            # Readable, and not writable.
            for laid_out in (staging, *staging.rglob("*")):
                os.chown(laid_out, -1, self._account.gid)
                laid_out.chmod(0o750 if laid_out.is_dir() else 0o640)
