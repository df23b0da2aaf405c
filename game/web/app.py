"""The Flask application of a site. Errors are worded here, once, for everything that comes over HTTP."""

from __future__ import annotations

import traceback
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, cast

import cattrs
from flask import Flask, Response, current_app, jsonify, render_template, request
from werkzeug.exceptions import HTTPException

from game.errors import DanceoffError, PlatformError, Refused
from game.web.access import Doors, Table, visit
from game.web.bodies import read_body, read_query
from game.web.compiled import Compiled
from game.web.contract import Failure
from game.web.endpoint import MOST_BODY_BYTES
from game.web.house import ANYBODY
from game.web.openapi import openapi
from game.web.outcome import Outcomes
from game.web.presence import Presence
from game.web.routes import ROUTES
from game.web.stream import Pace, Streams

if TYPE_CHECKING:
    from types import TracebackType

    from flask.typing import ResponseReturnValue, RouteCallable

    from game.web.endpoint import Endpoint
    from game.web.house import House
    from game.web.page import Page
    from game.web.site import Site

    ExcInfo = tuple[type, BaseException, TracebackType | None] | tuple[None, None, None]

HERE = Path(__file__).resolve().parent
STATIC = HERE / "static"
LIVE = ("vendor/htmx.min.js", "vendor/sse.js")
OPENAPI = "/api/openapi.json"
SHARED = "/static/<path:filename>"
COMPILED = Compiled()
POLICY = "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'"


class Web(Flask):
    """A site's application, and what its pages share. What nobody foresaw goes into a file: the terminal is not ours."""

    def __init__(self, house: House, site: Site) -> None:
        super().__init__("danceoff", static_folder=str(STATIC), template_folder=str(HERE / "templates"))
        self.site = site
        self.house = house
        self.table: Table = {("GET", OPENAPI): ANYBODY, ("GET", SHARED): ANYBODY}
        self.doors = Doors(site=site, house=house, table=self.table)
        self.streams = Streams(
            Pace(failed=lambda error: self.note("".join(traceback.format_exception(error))))
        )
        self.presence = Presence()
        self.outcomes = Outcomes()
        # Where people reach this site, as it is shown to them; known once it is served.
        self.address = ""

    @property
    def live(self) -> bool:
        """Whether the scripts that make pages live are there; without them pages refresh themselves."""
        return all((STATIC / name).is_file() for name in LIVE)

    def log_exception(self, exc_info: ExcInfo) -> None:
        self.note("".join(traceback.format_exception(*exc_info)))

    def note(self, text: str) -> None:
        # A full disk must not make it worse.
        with suppress(OSError), self.site.log.open("a", encoding="utf-8", errors="replace") as file:
            file.write(text.rstrip() + "\n")


def web() -> Web:
    """The application that answers this request: itself, so that it can be kept beyond the request."""
    return cast("Web", current_app._get_current_object())  # type: ignore[attr-defined] # noqa: SLF001 - Flask's documented way


def create_app(house: House, site: Site, pages: tuple[Page, ...] = ()) -> Web:
    """The API, and the pages of a site, each with who may see it; everything else is refused."""
    app = Web(house, site)
    app.config["MAX_CONTENT_LENGTH"] = MOST_BODY_BYTES
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.bytecode_cache = COMPILED
    app.before_request(lambda: app.doors.admit(request))
    app.register_error_handler(DanceoffError, _own_error)
    app.register_error_handler(OSError, _machine_error)
    app.register_error_handler(HTTPException, _http_error)
    for endpoint in ROUTES:
        app.table[endpoint.method, endpoint.path] = endpoint.roles
        app.add_url_rule(
            endpoint.path,
            endpoint=f"{endpoint.method} {endpoint.path}",
            view_func=_view(endpoint),
            methods=[endpoint.method],
        )
    for page in pages:
        app.table[page.method, page.path] = page.roles
        app.add_url_rule(
            page.path, endpoint=f"{page.method} {page.path}", view_func=_page(page), methods=[page.method]
        )
    app.add_url_rule(OPENAPI, endpoint="openapi", view_func=lambda: jsonify(openapi(ROUTES)))
    app.after_request(_harden)
    return app


def _view(endpoint: Endpoint) -> RouteCallable:
    def view(**words: str) -> Response:
        request.max_content_length = endpoint.most_bytes
        arguments: dict[str, object] = {**words, **read_query(endpoint.query)}
        if endpoint.body is not None:
            arguments["body"] = read_body(endpoint.body)
        return jsonify(cattrs.unstructure(endpoint.handler(visit(), **arguments)))

    return view


def _page(page: Page) -> RouteCallable:
    def view(**words: str) -> ResponseReturnValue:
        if page.most_bytes:
            request.max_content_length = page.most_bytes
            request.max_form_memory_size = page.most_bytes
        return page.view(visit(), **words)

    return view


def _own_error(error: DanceoffError) -> tuple[Response | str, int]:
    status = 409 if isinstance(error, Refused) else 503 if isinstance(error, PlatformError) else 400
    return _told(Failure(error=error.what, hint=error.hint), status), status


def _machine_error(error: OSError) -> tuple[Response | str, int]:
    failure = Failure(error=f"the machine does not let us go on: {error}", hint="is the disk full?")
    return _told(failure, 503), 503


def _http_error(error: HTTPException) -> ResponseReturnValue:
    code = error.code or 500
    if code < 400:
        return error
    hint = "see /api/openapi.json" if code < 500 else "the run's logs/api.log says more"
    failure = Failure(error=f"{error.name}: {error.description}", hint=hint)
    headers = [(name, value) for name, value in error.get_headers() if name == "Retry-After"]
    return _told(failure, code), code, headers


def _told(failure: Failure, status: int) -> Response | str:
    """JSON for the API, a page for people. Whoever has no credential is shown the door."""
    if request.path.startswith("/api/") or not _wants_page():
        return jsonify(cattrs.unstructure(failure))
    if status == 401:
        return render_template("door.html", code="", site=web().site)
    return render_template("problem.html", failure=failure, status=status)


def _wants_page() -> bool:
    return request.accept_mimetypes.best_match(("application/json", "text/html")) == "text/html"


def _harden(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    # With `no-referrer` browsers would send "Origin: null" with a form of our own.
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    shared = request.url_rule is not None and request.url_rule.rule == SHARED
    response.headers["Cache-Control"] = "no-cache" if shared else "no-store"
    return response
