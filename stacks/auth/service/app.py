"""The HTTP behaviour of the auth service."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn
from urllib.parse import urlsplit

from flask import Flask, Response, abort, jsonify, make_response, redirect, request
from werkzeug.exceptions import HTTPException

import access_log
from accounts import LONG_PASSWORD_CHARACTERS, NOBODY, Accounts, UserStoreUnavailable, matches
from refresh import RefreshTokens, TokenStoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug.wrappers import Response as AnyResponse

    from accounts import Account
    from limits import SlidingWindow
    from metrics import Metrics
    from sessions import Sessions
    from settings import Overrides
    from tokens import Tokens

log = logging.getLogger("auth")

BODY_BYTES = 65_536
INNER_PATHS = ("/healthz", "/metrics")
LONGEST = {"username": 128, "password": 1024, "nonce": 256, "refresh_token": 256}
DEFAULT_TENANT = "default"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What one replica works with. `hosts` maps each public name to its tenant."""

    accounts: Accounts
    refresh: RefreshTokens
    sessions: Sessions
    tokens: Tokens
    limit: SlidingWindow
    metrics: Metrics
    hosts: Mapping[str, str]
    overrides: Overrides


def create_app(parts: Parts) -> Flask:
    app = Flask("auth", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = BODY_BYTES
    access_log.instrument(app, parts.metrics)
    service = AuthService(parts)
    app.before_request(service.gate)
    app.add_url_rule("/login", view_func=service.login, methods=["POST"])
    app.add_url_rule("/session", view_func=service.session, methods=["GET"])
    app.add_url_rule("/refresh", view_func=service.refresh, methods=["POST"])
    app.add_url_rule("/logout", view_func=service.logout, methods=["POST"])
    add_inner_routes(app, parts.metrics)
    app.register_error_handler(UserStoreUnavailable, service.users_unavailable)
    app.register_error_handler(TokenStoreUnavailable, service.tokens_unavailable)
    return app


def add_inner_routes(app: Flask, metrics: Metrics) -> None:
    """Add health, metrics, and errors as JSON: what every kind of replica has."""

    def healthz() -> Response:
        return jsonify(status="ok")

    def exposition() -> Response:
        return Response(metrics.exposition(), content_type="text/plain; version=0.0.4; charset=utf-8")

    app.add_url_rule("/healthz", view_func=healthz, methods=["GET"])
    app.add_url_rule("/metrics", view_func=exposition, methods=["GET"])
    app.register_error_handler(HTTPException, problem)


def problem(error: HTTPException) -> AnyResponse:
    """Answer an error in JSON; one that carries its own response (a redirect, a refusal below) stays as it is."""
    if error.response is not None:
        return error.get_response()
    response = jsonify(error=(error.name or "error").lower())
    response.status_code = error.code or 500
    return response


class AuthService:
    """The routes. Each either answers or refuses; a store that fails is turned into 503 in one place."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._logins = 0

    def gate(self) -> AnyResponse | None:
        """Check what the load balancer has to say about a request: scheme, host, origin."""
        if request.path in INNER_PATHS:
            return None
        if request.headers.get("X-Forwarded-Proto") != "https":
            return redirect(f"https://{request.host}{request.full_path.rstrip('?')}", code=301)
        if _host() not in self._parts.hosts:
            refuse(403, "unknown host")
        origin = request.headers.get("Origin")
        if origin is not None and (urlsplit(origin).scheme, _hostname(origin)) != ("https", _host()):
            refuse(403, "wrong origin")
        return None

    def login(self) -> AnyResponse:
        body = _body("username", "password", "nonce")
        if not self._parts.limit.admit(access_log.client_address(), time.monotonic()):
            refuse(429, "too many logins")
        self._misbehave()
        account = self._authenticate(body["username"], body["password"])
        if account.tenant != _tenant():
            refuse(403, "wrong tenant")
        now = time.time()
        answer = {
            "id_token": self._identity(account.username, body["nonce"]),
            "refresh_token": self._parts.refresh.issue(account.username),
        }
        if request.headers.get("X-Client") == "app":
            answer["access_token"] = self._parts.tokens.access(
                username=account.username, tenant=account.tenant, now=now
            )
            return jsonify(answer)
        response = jsonify(answer)
        name = self._parts.sessions.open(account.username, account.tenant, time.monotonic())
        response.set_cookie("session", name, secure=True, httponly=True, path="/")
        return response

    def session(self) -> AnyResponse:
        nonce = request.args.get("nonce", "")
        if not 0 < len(nonce) <= LONGEST["nonce"]:
            refuse(400, "nonce is missing or too long")
        username = self._signed_in()
        return jsonify(id_token=self._identity(username, nonce), user=username)

    def refresh(self) -> AnyResponse:
        body = _body("refresh_token", "nonce")
        username = self._parts.refresh.redeem(body["refresh_token"])
        if username is None:
            refuse(401, "unknown refresh token")
        return jsonify(
            refresh_token=self._parts.refresh.issue(username),
            id_token=self._identity(username, body["nonce"]),
        )

    def logout(self) -> AnyResponse:
        """End the session, and the refresh token if the body names one; ending what has ended is fine."""
        if request.content_length:
            self._parts.refresh.revoke(_body("refresh_token")["refresh_token"])
        self._parts.sessions.close(request.cookies.get("session", ""))
        response = make_response("", 204)
        response.delete_cookie("session", secure=True, httponly=True, path="/")
        return response

    def users_unavailable(self, error: UserStoreUnavailable) -> AnyResponse:
        self._parts.metrics.store_failed("users")
        log.error("user store: %s", _first_line(error))
        return make_response(jsonify(error="user store unavailable"), 503)

    def tokens_unavailable(self, error: TokenStoreUnavailable) -> AnyResponse:
        self._parts.metrics.store_failed("tokens")
        log.error("token store: %s", _first_line(error))
        return make_response(jsonify(error="token store unavailable"), 503)

    def _authenticate(self, username: str, password: str) -> Account:
        found = self._parts.accounts.find(username)
        if len(password) > LONG_PASSWORD_CHARACTERS and self._parts.accounts.passphrase_known(password):
            refuse(401, "wrong username or password")
        if not matches(found or NOBODY, password) or found is None:
            refuse(401, "wrong username or password")
        return found

    def _signed_in(self) -> str:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            bearer = self._parts.tokens.bearer(token.strip(), time.time())
            username = bearer.username if bearer is not None else None
        else:
            session = self._parts.sessions.find(request.cookies.get("session", ""), time.monotonic())
            username = session.username if session is not None else None
        if username is None:
            refuse(401, "not signed in")
        return username

    def _identity(self, username: str, nonce: str) -> str:
        return self._parts.tokens.identity(audience=_host(), username=username, nonce=nonce, now=time.time())

    def _misbehave(self) -> None:
        """Do what the replica's overrides ask for: wait, and fail an exact share of the logins."""
        overrides = self._parts.overrides
        if overrides.login_delay_ms:
            time.sleep(overrides.login_delay_ms / 1000)  # the delay is the product here, nothing is awaited
        self._logins += 1
        if int(self._logins * overrides.error_share) > int((self._logins - 1) * overrides.error_share):
            log.error("login failed: internal error")
            refuse(500, "internal error")


def refuse(status: int, why: str) -> NoReturn:
    abort(make_response(jsonify(error=why), status))


def _body(*names: str) -> dict[str, str]:
    """Read the named fields from a JSON object; anything else is a 400 that says what is wrong."""
    try:
        data = request.get_json(force=True, silent=True)
    except RecursionError:  # thousands of opening brackets; the parser is recursive
        data = None
    if not isinstance(data, dict):
        refuse(400, "the body must be a JSON object")
    found = {name: data.get(name) for name in names}
    for name, value in found.items():
        if not isinstance(value, str) or not 0 < len(value) <= LONGEST[name]:
            refuse(400, f"{name} must be text of 1 to {LONGEST[name]} characters")
        if not _storable(value):
            refuse(400, f"{name} holds characters that are not text")
    return {name: str(value) for name, value in found.items()}


def _storable(text: str) -> bool:
    """Say whether text can be encoded (no lone surrogates) and stored by PostgreSQL (no zero characters)."""
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def _host() -> str:
    """The public name that was asked for, without a port."""
    return _hostname(f"//{request.headers.get('Host', '')}")


def _hostname(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def _tenant() -> str:
    tenant = request.headers.get("X-Tenant", DEFAULT_TENANT)
    return "" if tenant == DEFAULT_TENANT else tenant


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
