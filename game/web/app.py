"""The Flask application over one live run. Errors are worded here, once, for everything that comes over HTTP."""

from __future__ import annotations

import traceback
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import cattrs
from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from game.errors import DanceoffError, PlatformError, Refused
from game.web.access import require_loopback, require_token
from game.web.bodies import MOST_BODY_BYTES, read_body, read_query
from game.web.contract import Failure
from game.web.openapi import openapi
from game.web.routes import ROUTES

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from game.director.performance import Performance
    from game.web.endpoint import Endpoint

    ExcInfo = tuple[type, BaseException, TracebackType | None] | tuple[None, None, None]


class Api(Flask):
    """Writes what nobody foresaw into a file of the run: the terminal belongs to the trainee."""

    def __init__(self, log: Path) -> None:
        super().__init__("danceoff", static_folder=None)
        self._log = log

    def log_exception(self, exc_info: ExcInfo) -> None:
        self.note("".join(traceback.format_exception(*exc_info)))

    def note(self, text: str) -> None:
        # A full disk must not make it worse.
        with suppress(OSError), self._log.open("a", encoding="utf-8", errors="replace") as file:
            file.write(text.rstrip() + "\n")


def create_app(performance: Performance, token: str) -> Api:
    app = Api(performance.root / "logs" / "api.log")
    app.config["MAX_CONTENT_LENGTH"] = MOST_BODY_BYTES
    app.before_request(lambda: require_loopback(request))
    app.register_error_handler(DanceoffError, _own_error)
    app.register_error_handler(OSError, _machine_error)
    app.register_error_handler(HTTPException, _http_error)
    for endpoint in ROUTES:
        app.add_url_rule(
            endpoint.path,
            endpoint=f"{endpoint.method} {endpoint.path}",
            view_func=_view(endpoint, performance, token),
            methods=[endpoint.method],
        )
    app.add_url_rule("/api/openapi.json", endpoint="openapi", view_func=lambda: jsonify(openapi(ROUTES)))
    app.after_request(_harden)
    return app


def _view(endpoint: Endpoint, performance: Performance, token: str) -> Any:  # noqa: ANN401 - Flask's own view type.
    def view(**words: str) -> Response:
        if not endpoint.open_to_all:
            require_token(request, token)
        arguments: dict[str, object] = {**words, **read_query(endpoint.query)}
        if endpoint.body is not None:
            arguments["body"] = read_body(endpoint.body)
        return jsonify(cattrs.unstructure(endpoint.handler(performance, **arguments)))

    return view


def _own_error(error: DanceoffError) -> tuple[Response, int]:
    status = 409 if isinstance(error, Refused) else 503 if isinstance(error, PlatformError) else 400
    return jsonify(cattrs.unstructure(Failure(error=error.what, hint=error.hint))), status


def _machine_error(error: OSError) -> tuple[Response, int]:
    failure = Failure(error=f"the machine does not let us go on: {error}", hint="is the disk full?")
    return jsonify(cattrs.unstructure(failure)), 503


def _http_error(error: HTTPException) -> tuple[Response, int]:
    code = error.code or 500
    hint = "see /api/openapi.json" if code < 500 else "the run's logs/api.log says more"
    return jsonify(cattrs.unstructure(Failure(error=f"{error.name}: {error.description}", hint=hint))), code


def _harden(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = "default-src 'self'; frame-ancestors 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
