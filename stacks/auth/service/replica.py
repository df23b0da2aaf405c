"""One forked child: it becomes a replica and never returns."""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import sys
from typing import TYPE_CHECKING, NoReturn

import access_log
from accounts import Accounts
from app import Parts, create_app
from audit import REPORTER, AuditReport
from deadline import Deadlines
from legacy import create_legacy_app
from limits import SlidingWindow
from metrics import Metrics
from names import answer_queries
from refresh import RefreshTokens
from server import AuthServer
from sessions import Sessions

if TYPE_CHECKING:
    import socket
    from types import FrameType

    from flask import Flask

    from settings import Settings, Start
    from tokens import Tokens

PR_SET_PDEATHSIG = 1
PR_SET_NAME = 15
SCHEMAS = {"auth": "public", "staging": "staging"}

LIBC = ctypes.CDLL(None, use_errno=True)
log = logging.getLogger("replica")


def become_replica(
    start: Start, settings: Settings, tokens: Tokens, listening: socket.socket, parent: int
) -> NoReturn:
    """Serve until SIGTERM. Ends the process: 0 when asked to stop, 1 when it could not go on (the log says why)."""
    status = 1
    try:
        _leave_parent(start.replica, parent)
        access_log.open_log(settings.logs / f"{start.replica}.log")
        if start.role == "resolver":
            answer_queries(listening, start.names)
        else:
            _serve(start, settings, tokens, listening)
    except SystemExit:
        status = 0
        log.info("%s stopped", start.replica)
    except (
        Exception
    ):  # the outermost frame of a process: whatever it was goes to the log, and the status tells
        log.exception("%s cannot go on", start.replica)
    # No clean-up of what was copied from the parent: flush and leave, worker threads or not.
    logging.shutdown()
    os._exit(status)


def _serve(start: Start, settings: Settings, tokens: Tokens, listening: socket.socket) -> None:
    app = _application(start, settings, tokens)
    server = AuthServer(app, listening, settings.certificate, settings.certificate_key)
    log.info("%s (%s) serves https://%s:%d", start.replica, start.role, start.host, start.port)
    try:
        server.start()
    finally:
        server.stop()


def _leave_parent(name: str, parent: int) -> None:
    """Cut the ties to the parent: die with it, keep off its pipes, forget its signal handlers."""
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before the line above took effect
        os._exit(1)
    LIBC.prctl(PR_SET_NAME, name.encode()[:15])
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # Ctrl-C in the terminal is for the game, which stops us in order
    signal.signal(signal.SIGTERM, _stop)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, sys.__stdin__.fileno() if sys.__stdin__ else 0)
    os.dup2(nothing, sys.__stdout__.fileno() if sys.__stdout__ else 1)
    os.close(nothing)


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


def _application(start: Start, settings: Settings, tokens: Tokens) -> Flask:
    if start.role == "legacy":
        return create_legacy_app(Metrics(lambda: 0))
    sessions = Sessions()
    accounts = Accounts(
        settings.database, schema=SCHEMAS[start.role], name=start.replica, deadlines=Deadlines()
    )
    if start.replica == REPORTER:
        AuditReport(accounts).start()
    return create_app(
        Parts(
            accounts=accounts,
            refresh=RefreshTokens(settings.redis),
            sessions=sessions,
            tokens=tokens,
            limit=SlidingWindow(),
            metrics=Metrics(sessions.__len__),
            hosts=settings.hosts,
            overrides=start.overrides,
        )
    )
