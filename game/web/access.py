"""Who may call what: known host names, no page of another origin, and a table of routes and roles.

What is not in the table is refused. The credential comes as a bearer token (commands, bots) or as a cookie (browsers).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flask import g
from werkzeug.exceptions import Forbidden, MisdirectedRequest, TooManyRequests, Unauthorized

from game.web.failures import Failures
from game.web.house import NOBODY, Role, Visit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Request

    from game.web.house import House, Principal
    from game.web.site import Site

LONGEST_CREDENTIAL = 200
SAFE = frozenset({"GET", "HEAD"})
# By method and path, in Flask's form.
Table = dict[tuple[str, str], frozenset[Role]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """Lets requests in, or raises what is wrong with them."""

    site: Site
    house: House
    table: Mapping[tuple[str, str], frozenset[Role]]
    failures: Failures = field(default_factory=Failures)

    def admit(self, request: Request) -> None:
        """Let the request in; `visit` then says whose it is."""
        require_known_host(request, self.site.hosts)
        require_own_origin(request, self.site.scheme)
        if request.url_rule is None:
            return
        method = "GET" if request.method in {"HEAD", "OPTIONS"} else request.method
        roles = self.table.get((method, request.url_rule.rule))
        if roles is None:
            raise Forbidden("nobody may call this")
        principal = (
            NOBODY if Role.SPECTATOR in roles and not credential(request) else self._who(request, roles)
        )
        g.visit = Visit(house=self.house, principal=principal)

    def _who(self, request: Request, roles: frozenset[Role]) -> Principal:
        """Whose credential it is. One that is good is never refused for what others at the same address tried."""
        given = credential(request)
        known = self.house.who(given) if given else None
        if known is None and Role.SPECTATOR in roles:
            return NOBODY
        if known is None:
            self.refuse_guessing(request)
            if given:
                self.failures.count(request.remote_addr or "")
            raise Unauthorized("a credential is needed: join with your team's code, or send the run's token")
        if known.role not in roles:
            raise Forbidden(f"this is not for a {known.role}")
        return known

    def refuse_guessing(self, request: Request) -> None:
        """Refuse an address that failed too often lately."""
        wait_s = self.failures.wait_s(request.remote_addr or "")
        if wait_s:
            raise TooManyRequests(
                f"too many wrong codes from your address: wait {wait_s} s", retry_after=wait_s
            )


def visit() -> Visit:
    """Whose request this is."""
    admitted: Visit = g.visit
    return admitted


def cookie_name(request: Request) -> str:
    """Browsers keep cookies by host without its port, and two runs of one machine differ by their port only."""
    _, _, port = request.host.partition(":") if "]" not in request.host else request.host.partition("]:")
    return f"danceoff-{port or 'web'}"


def credential(request: Request) -> str:
    """The bearer token, else the cookie; empty if there is neither. Anything absurdly long is no credential."""
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if not scheme:
        given = request.cookies.get(cookie_name(request), "")
    elif scheme.lower() != "bearer":
        given = "?"
    return given if len(given) <= LONGEST_CREDENTIAL else "?"


def require_known_host(request: Request, hosts: frozenset[str]) -> None:
    """Refuse other host names: DNS rebinding."""
    host = request.host.rsplit(":", 1)[0] if not request.host.endswith("]") else request.host
    if host.lower() not in hosts:
        raise MisdirectedRequest("this server does not answer to that host name")


def require_own_origin(request: Request, scheme: str) -> None:
    """Refuse requests that a page of another origin made; following a link from there to a page is fine."""
    site = request.headers.get("Sec-Fetch-Site", "none")
    follows_link = request.method in SAFE and request.headers.get("Sec-Fetch-Mode") == "navigate"
    if site not in {"none", "same-origin"} and not (follows_link and not request.path.startswith("/api/")):
        raise Forbidden("requests from other sites are refused")
    origin = request.headers.get("Origin")
    if origin is not None and origin != f"{scheme}://{request.host}":
        raise Forbidden("requests from other origins are refused")
