"""One line a request in the replica's own log file, and the same facts into its metrics."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from flask import g, request

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask, Response

    from metrics import LoginResult, Metrics

log = logging.getLogger("access")
QUIET_ROUTES = ("/healthz", "/metrics")


def open_log(path: Path) -> None:
    """Send everything that is logged in this process to one file. Times are UTC, with milliseconds."""
    handler = logging.FileHandler(path, encoding="utf-8")
    formatter = logging.Formatter(
        "%(asctime)s.%(msecs)03dZ %(levelname)s %(name)s %(message)s", "%Y-%m-%dT%H:%M:%S"
    )
    formatter.converter = time.gmtime
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    # The pool tells of every connection it opens; only its troubles matter here.
    logging.getLogger("psycopg.pool").setLevel(logging.WARNING)


def client_address() -> str:
    """The last address in X-Forwarded-For, which the load balancer wrote; without it, whoever connected."""
    forwarded = request.headers.get("X-Forwarded-For", "")
    return forwarded.rpartition(",")[2].strip() or request.remote_addr or "-"


def instrument(app: Flask, metrics: Metrics) -> None:
    """Log and count every answer of the application, errors and refusals included."""

    def begin() -> None:
        g.started = time.monotonic()

    def end(response: Response) -> Response:
        seconds = time.monotonic() - g.started
        route = request.url_rule.rule if request.url_rule is not None else "unknown"
        metrics.answered(route, response.status_code, seconds)
        if route == "/login":
            metrics.login(login_result(response.status_code))
        # Health checks come twice a second and from every side; they are logged only when they fail.
        if route not in QUIET_ROUTES or response.status_code >= 400:
            log.info(
                "%s %s %s %d %.1fms id=%s",
                _one_word(client_address()),
                request.method,
                _one_word(request.path),
                response.status_code,
                seconds * 1000,
                _one_word(request.headers.get("X-Request-ID", "-")),
            )
        return response

    app.before_request(begin)
    app.after_request(end)


def login_result(status: int) -> LoginResult:
    if status == 200:
        return "ok"
    if status == 429:
        return "limited"
    return "failed" if status >= 500 else "refused"


def _one_word(text: str) -> str:
    """Keep what a client sent to one word of a line, so that nobody can write lines of their own into the log."""
    return "".join(
        character if character.isprintable() and character != " " else "?" for character in text[:200]
    )
