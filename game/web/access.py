"""Who may call: a token per run, loopback host names only, and no browser page of another origin."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from werkzeug.exceptions import Forbidden, MisdirectedRequest, Unauthorized

if TYPE_CHECKING:
    from flask import Request

HOSTS = frozenset({"127.0.0.1", "localhost", "[::1]"})


def require_loopback(request: Request) -> None:
    """Refuse other host names (DNS rebinding) and requests that a page of another origin made (CSRF)."""
    host = request.host.rsplit(":", 1)[0] if not request.host.endswith("]") else request.host
    if host not in HOSTS:
        raise MisdirectedRequest("this server answers on loopback only")
    if request.headers.get("Sec-Fetch-Site", "none") not in {"none", "same-origin"}:
        raise Forbidden("requests from other sites are refused")
    origin = request.headers.get("Origin")
    if origin is not None and origin != f"http://{request.host}":
        raise Forbidden("requests from other origins are refused")


def require_token(request: Request, token: str) -> None:
    """Compare in constant time; the token is random, made for this run, and kept in the run directory."""
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not hmac.compare_digest(given.encode(), token.encode()):
        raise Unauthorized("a token is needed: the run's session.json has it")
