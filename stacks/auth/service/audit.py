"""The report on recent logins that one replica runs every few seconds, and that has always been a little slow."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from accounts import UserStoreUnavailable

if TYPE_CHECKING:
    from accounts import Accounts

EVERY_S = 5.0
REPORTER = "auth1"
log = logging.getLogger("audit")


class AuditReport:
    """Runs in a daemon thread of its own: start it after forking."""

    def __init__(self, accounts: Accounts, every_s: float = EVERY_S) -> None:
        self._accounts = accounts
        self._every_s = every_s
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="audit", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()

    def _run(self) -> None:
        while not self._stop.wait(self._every_s):
            try:
                self._accounts.audit_report()
            except UserStoreUnavailable as error:
                log.warning("report skipped: %s", str(error).partition("\n")[0])
