"""What a user does, step by step: log in, look at the session a few times, refresh, log out, and again.

No network here: a journey makes requests and judges answers. The load worker and `danceoff request` both carry them.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from game.core.outcome import Operation
from game.lab.load.cookies import Cookies
from game.lab.load.proof import Expected, Verifier

if TYPE_CHECKING:
    import random

    from game.core.roster import User
    from game.core.stack import Cohort
    from game.lab.load.plan import Target

SESSIONS = (3, 4)
UNAUTHORISED = 401


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """`fresh` asks for a new connection; `pause_ms` is waited between the headers and the body."""

    operation: Operation
    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    nonce: str
    fresh: bool
    pause_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Persona:
    """Who walks: a user, the kind of client it uses, and the name it opens."""

    user: User
    cohort: Cohort
    host: str

    @property
    def is_app(self) -> bool:
        return self.cohort.client == "app"


class Journey:
    """One user's walk; call `next`, then exactly one of `judge` and `failed`. Not safe for threads."""

    def __init__(self, persona: Persona, verifier: Verifier, rng: random.Random) -> None:
        self._persona = persona
        self._verifier = verifier
        self._rng = rng
        self.cookies = Cookies(persona.host, persona.cohort.cookie_bytes)
        self.operation = Operation.LOGIN
        self._sessions_left = 0
        self._refresh_token = ""
        self._access_token = ""

    def next(self) -> Request:
        nonce = secrets.token_hex(16)
        operation = self.operation
        path = f"/session?nonce={nonce}" if operation is Operation.SESSION else f"/{operation.value}"
        body = self._body(operation, nonce)
        return Request(
            operation=operation,
            method="GET" if operation is Operation.SESSION else "POST",
            path=path,
            headers=self._headers(path, operation, bool(body)),
            body=body,
            nonce=nonce,
            fresh=operation is Operation.LOGIN,
            pause_ms=self._persona.cohort.upload_pause_ms if body else 0,
        )

    def judge(self, request: Request, answer: Answer) -> str:
        """Say why the answer is wrong, empty when it is right, and move on accordingly."""
        if not self._persona.is_app:
            self.cookies.take(request.path, answer.headers)
        reason = self._reason(request, answer)
        self._move_on(request.operation, reason, answer.status)
        return reason

    def failed(self, request: Request) -> None:
        """Move on after a request that got no answer at all."""
        self._move_on(request.operation, "no answer", 0)

    def _reason(self, request: Request, answer: Answer) -> str:
        if 300 <= answer.status < 400:
            return "redirect"
        wanted = 204 if request.operation is Operation.LOGOUT else 200
        if answer.status != wanted:
            return f"status-{answer.status}"
        if request.operation is Operation.LOGOUT:
            return ""
        found = _json_object(answer.body)
        expected = Expected(
            audience=self._persona.host, subject=self._persona.user.account.username, nonce=request.nonce
        )
        reason = self._verifier.judge(found.get("id_token"), expected)
        return reason or self._keep(request.operation, found)

    def _keep(self, operation: Operation, found: dict[str, Any]) -> str:
        """Keep the tokens of a verified answer; one that lacks what this client needs is `incomplete`."""
        if operation is Operation.SESSION:
            return ""
        refresh = found.get("refresh_token")
        access = found.get("access_token")
        if not isinstance(refresh, str):
            return "incomplete"
        self._refresh_token = refresh
        if operation is Operation.LOGIN and self._persona.is_app:
            if not isinstance(access, str):
                return "incomplete"
            self._access_token = access
        return ""

    def _move_on(self, operation: Operation, reason: str, status: int) -> None:
        if status == UNAUTHORISED or (operation is Operation.LOGIN and reason):
            self.operation = Operation.LOGIN
            return
        match operation:
            case Operation.LOGIN:
                self._sessions_left = self._rng.choice(SESSIONS)
                self.operation = Operation.SESSION
            case Operation.SESSION:
                self._sessions_left -= 1
                self.operation = Operation.SESSION if self._sessions_left > 0 else Operation.REFRESH
            case Operation.REFRESH:
                self.operation = Operation.LOGOUT
            case Operation.LOGOUT:
                self._access_token = ""
                self.operation = Operation.LOGIN

    def _headers(self, path: str, operation: Operation, has_body: bool) -> tuple[tuple[str, str], ...]:
        headers = [
            ("CDN-Client-IP", self._persona.user.address),
            ("User-Agent", self._persona.cohort.user_agent),
            ("Accept", "application/json"),
        ]
        if has_body:
            headers.append(("Content-Type", "application/json"))
        if self._persona.is_app:
            headers.append(("X-Client", "app"))
            if self._access_token and operation is not Operation.LOGIN:
                headers.append(("Authorization", f"Bearer {self._access_token}"))
            return tuple(headers)
        if operation is not Operation.SESSION:
            headers.append(("Origin", f"https://{self._persona.host}"))
        cookie = self.cookies.header(path)
        return (*headers, ("Cookie", cookie)) if cookie else tuple(headers)

    def _body(self, operation: Operation, nonce: str) -> bytes:
        match operation:
            case Operation.LOGIN:
                account = self._persona.user.account
                fields = {"username": account.username, "password": account.password, "nonce": nonce}
                if self._persona.cohort.body_bytes:
                    fields["assertion"] = "A" * self._persona.cohort.body_bytes
                return json.dumps(fields).encode()
            case Operation.REFRESH:
                return json.dumps({"refresh_token": self._refresh_token, "nonce": nonce}).encode()
            case Operation.SESSION | Operation.LOGOUT:
                return b""


def persona(target: Target, cohort: Cohort, user: User) -> Persona:
    return Persona(user=user, cohort=cohort, host=target.host(cohort))


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
