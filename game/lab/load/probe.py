"""One walk through the service as a user of some kind, step by step, with all that can be seen on the way.

This is what `danceoff request` shows. It makes the requests the load makes and judges the answers as the load does, over
the standard library's client, so that it can run inside the game.
"""

from __future__ import annotations

import http.client
import random
import socket
import ssl
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from game.core.outcome import Operation
from game.lab.load.journey import Answer, Journey, Request, persona
from game.lab.load.proof import Verifier
from game.lab.load.reasons import reason_of

if TYPE_CHECKING:
    from game.core.roster import User
    from game.core.stack import Cohort
    from game.lab.load.plan import Target

PATIENCE_S = 2.0
BODY_BYTES = 65_536
AFFINITY_COOKIE = "SRVID"
STEPS = (Operation.LOGIN, Operation.SESSION, Operation.REFRESH)


@dataclass(frozen=True, slots=True, kw_only=True)
class Connected:
    """The TLS connection as the client saw it; `certificate` lists the names the certificate is good for."""

    protocol: str
    cipher: str
    certificate: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeStep:
    """One request.

    `status` is 0 when no answer came; `reason` is empty when the answer was right and its signature verified, else a
    word as in core.outcome. `server` is the affinity cookie's value after the answer.
    """

    operation: Operation
    method: str
    path: str
    request_headers: tuple[tuple[str, str], ...]
    request_bytes: int
    status: int
    response_headers: tuple[tuple[str, str], ...]
    body: str
    took_ms: int
    reason: str
    server: str

    @property
    def ok(self) -> bool:
        return not self.reason


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeResult:
    """`connected` is None when no connection came about."""

    cohort: str
    user: int
    username: str
    address: str
    host: str
    connected: Connected | None
    steps: tuple[ProbeStep, ...]

    @property
    def ok(self) -> bool:
        return len(self.steps) == len(STEPS) and all(step.ok for step in self.steps)


def probe(target: Target, cohort: Cohort, user: User, cookie: str = "") -> ProbeResult:
    """Log in, look at the session, refresh; stop after a login that failed. Raises nothing for what the service does.

    `cookie` (NAME=VALUE) is one that the user has from somewhere else.
    """
    walker = persona(target, cohort, user)
    journey = Journey(walker, Verifier(target.public_key), random.Random(user.number))  # noqa: S311 - no secret
    if cookie:
        journey.cookies.take("/", (("Set-Cookie", f"{cookie}; Path=/; Secure"),))
    connection = _Connection(target, walker.host, cohort.tls)
    steps: list[ProbeStep] = []
    try:
        for operation in STEPS:
            journey.operation = operation
            steps.append(_step(journey, connection, walker.host))
            if operation is Operation.LOGIN and not steps[-1].ok:
                break
        connected = connection.seen
    finally:
        connection.close()
    return ProbeResult(
        cohort=cohort.name,
        user=user.number,
        username=user.account.username,
        address=user.address,
        host=walker.host,
        connected=connected,
        steps=tuple(steps),
    )


def _step(journey: Journey, connection: _Connection, host: str) -> ProbeStep:
    request = journey.next()
    began = time.monotonic()
    answer = Answer(status=0, headers=(), body=b"")
    try:
        answer = connection.exchange(request)
    except (OSError, http.client.HTTPException) as error:
        connection.close()
        journey.failed(request)
        reason = reason_of(error)
    else:
        reason = journey.judge(request, answer)
    return ProbeStep(
        operation=request.operation,
        method=request.method,
        path=request.path,
        request_headers=(("Host", host), *request.headers),
        request_bytes=len(request.body),
        status=answer.status,
        response_headers=answer.headers,
        body=answer.body.decode("utf-8", "replace"),
        took_ms=round((time.monotonic() - began) * 1000),
        reason=reason,
        server=journey.cookies.value(AFFINITY_COOKIE),
    )


class _Connection(http.client.HTTPSConnection):
    """Connects to the edge's address, asking by SNI for the public name and verifying its certificate."""

    def __init__(self, target: Target, host: str, newest: str) -> None:
        context = ssl.create_default_context(cafile=target.ca)
        if newest == "1.2":
            context.maximum_version = ssl.TLSVersion.TLSv1_2
        super().__init__(host, timeout=PATIENCE_S, context=context)
        self._tls = context
        self._edge = (target.address, target.port)
        self.seen: Connected | None = None

    def connect(self) -> None:
        plain = socket.create_connection(self._edge, timeout=PATIENCE_S)
        try:
            secured = self._tls.wrap_socket(plain, server_hostname=self.host)
        except OSError:
            plain.close()
            raise
        self.sock = secured
        cipher = secured.cipher()
        self.seen = Connected(
            protocol=secured.version() or "",
            cipher=cipher[0] if cipher else "",
            certificate=_names(secured),
        )

    def exchange(self, request: Request) -> Answer:
        self.putrequest(request.method, request.path, skip_host=True, skip_accept_encoding=True)
        self.putheader("Host", self.host)
        for name, value in request.headers:
            self.putheader(name, value)
        if request.method == "POST":
            self.putheader("Content-Length", str(len(request.body)))
        self.endheaders()
        if request.body:
            slow_uplink_s = request.pause_ms / 1000
            time.sleep(slow_uplink_s)  # the pause is what this user is about, nothing is awaited
            self.send(request.body)
        response = self.getresponse()
        return Answer(
            status=response.status, headers=tuple(response.getheaders()), body=response.read(BODY_BYTES)
        )


def _names(secured: ssl.SSLSocket) -> tuple[str, ...]:
    certificate = secured.getpeercert() or {}
    found = certificate.get("subjectAltName", ())
    return tuple(str(entry[1]) for entry in found if isinstance(entry, tuple) and len(entry) == 2)
