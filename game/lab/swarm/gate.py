"""The game's way to one team's tasks: a TLS connection to the team's door for each thing, every one with a deadline."""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
import time
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from game.errors import EngineSilent, MissingProgram, ServiceFailed, UsageError
from game.lab.containers.door import shut
from game.lab.swarm import wire

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from game.lab.swarm.task import Streams

To = Literal["stack", "load"]
DIAL_WITHIN_S = 5.0
ANSWER_WITHIN_S = 20.0
GOODBYE_S = 1.0
# Round trips, of which the quickest tells most about how far two clocks are apart.
TRIES = 5
ERRORS: dict[str, type[UsageError | ServiceFailed | MissingProgram]] = {
    "UsageError": UsageError,
    "MissingProgram": MissingProgram,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """What the game shows: to the door, and to each task behind it."""

    door: str
    stack: str
    load: str

    def of(self, to: To) -> str:
        return self.stack if to == "stack" else self.load


class Gate:
    """Knows where the door is and how to be let in. May be used by several threads."""

    def __init__(self, host: str, port: int, authority: str, tokens: Tokens) -> None:
        """Take the door's address, the certificate that signed its own (PEM), and the tokens."""
        self.host = host
        self._port = port
        self._tokens = tokens
        self._context = ssl.create_default_context(cadata=authority)
        # The certificate is made for this run alone; a node's address says nothing.
        self._context.check_hostname = False

    def dial(self, to: To, message: wire.Message, within_s: float = DIAL_WITHIN_S) -> ssl.SSLSocket:
        """Open a connection to a task and tell it what for; EngineSilent when its node does not answer."""
        try:
            plain = socket.create_connection((self.host, self._port), timeout=within_s)
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection = self._context.wrap_socket(plain)
            try:
                connection.sendall(self._greeting(to, message))
            except OSError:
                connection.close()
                raise
        except OSError as error:
            raise EngineSilent(
                f"the door at {self.host}:{self._port} does not answer: {error}",
                hint="docker node ls; docker service ls --filter label=danceoff.run",
            ) from error
        return connection

    @asynccontextmanager
    async def way(self, to: To, message: wire.Message) -> AsyncIterator[Streams]:
        """The same, for who must not wait; raises OSError. The connection is gone with the block."""
        async with asyncio.timeout(DIAL_WITHIN_S):
            streams = await asyncio.open_connection(self.host, self._port, limit=wire.LONGEST_LINE)
        plain = streams[1].transport
        try:
            # Not both at once: who is stopped in the middle of that leaves a connection behind that nobody can close.
            await streams[1].start_tls(
                self._context, server_hostname="door", ssl_handshake_timeout=DIAL_WITHIN_S
            )
        except BaseException:
            plain.abort()
            raise
        try:
            streams[1].write(self._greeting(to, message))
            yield streams
            shut(streams[1])
            await _gone(streams[1])
        finally:
            # TLS takes leave in several steps, for which nobody waits when a run is taken down.
            streams[1].transport.abort()
            await _gone(streams[1])

    def call(self, to: To, what: str, within_s: float = ANSWER_WITHIN_S, **fields: object) -> wire.Message:
        """Ask and return the last answer before the end; raises what went wrong there."""
        answer: wire.Message = {}
        for answer in self.ask(to, what, within_s, **fields):  # noqa: B007 - the last one counts
            pass
        return answer

    def ask(self, to: To, what: str, within_s: float, **fields: object) -> Iterator[wire.Message]:
        """Ask and return the answers as they come, none for longer than `within_s` apart."""
        message: wire.Message = {"do": "call", "what": what, **fields}
        with self.dial(to, message, min(within_s, DIAL_WITHIN_S)) as connection:
            connection.settimeout(within_s)
            with connection.makefile("rb") as lines:
                try:
                    for written in lines:
                        answer = wire.read(written)
                        if "done" in answer:
                            return
                        if "failed" in answer:
                            kind = ERRORS.get(str(answer["failed"]), ServiceFailed)
                            raise kind(str(answer["what"]), hint=str(answer["hint"]))
                        yield answer
                except (OSError, json.JSONDecodeError) as error:
                    raise EngineSilent(f"{to} on {self.host} does not answer: {error}") from error
        raise EngineSilent(f"{to} on {self.host} hung up in the middle of an answer ({what})")

    def ahead_ns(self, to: To) -> int:
        """By how much the node's monotonic clock is ahead of this machine's, to half a round trip."""
        found = []
        for _ in range(TRIES):
            before = time.monotonic_ns()
            there = int(self.call(to, "clock")["now_ns"])
            after = time.monotonic_ns()
            found.append((after - before, there - (before + after) // 2))
        return min(found)[1]

    def _greeting(self, to: To, message: wire.Message) -> bytes:
        first: wire.Message = {"token": self._tokens.door, "to": to}
        return wire.line(first) + wire.line({"token": self._tokens.of(to), **message})


async def _gone(writer: asyncio.StreamWriter) -> None:
    """Wait a little for a connection to have ended."""
    with suppress(OSError):
        async with asyncio.timeout(GOODBYE_S):
            await writer.wait_closed()
