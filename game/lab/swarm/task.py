"""What every task behind a door can: connections to its own loopback, and answers to questions."""

from __future__ import annotations

import asyncio
import base64
from contextlib import suppress
from typing import TYPE_CHECKING

from game.errors import DanceoffError
from game.lab.containers.door import Inside, join, keep
from game.lab.swarm import wire

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

    Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]

CONNECT_WITHIN_S = 3.0
CHUNK = 65_536
EVERYWHERE = "0.0.0.0"


class Task:
    """Serves connections. `answer` is asked with a question and gives lines; `more` takes what is special to a task."""

    def __init__(
        self,
        token: str,
        answer: Callable[[wire.Message], AsyncIterator[wire.Message]],
        more: Callable[[wire.Message, Streams], Awaitable[bool]],
        sockets: Path,
    ) -> None:
        """Take the token that the game shows, who answers, and the folder below which unix sockets may be asked for."""
        self._token = token
        self._answer = answer
        self._more = more
        self._sockets = sockets
        self._inside = Inside(sockets, "127.0.0.1")
        # The loop itself only remembers tasks weakly.
        self._tasks: set[asyncio.Task[None]] = set()

    async def serve(self, host: str = EVERYWHERE, port: int = wire.TASK_PORT) -> asyncio.Server:
        """Listen, usually on the team's own network, which only the door and the team's tasks are on."""
        return await asyncio.start_server(self._take, host, port, limit=wire.LONGEST_LINE)

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        keep(self._tasks)
        try:
            message = await wire.greeting(reader, self._token)
            match message.get("do"):
                case "tcp":
                    await self._carry((reader, writer), int(message["port"]))
                case "unix":
                    await self._ask_socket(str(message["name"]), message["question"], writer)
                case "udp":
                    question = base64.b64decode(message["question"])
                    writer.write(await self._inside.ask(int(message["port"]), question))
                case "call":
                    await self._call(message, writer)
                case _:
                    await self._more(message, (reader, writer))
        except (OSError, ValueError, KeyError, asyncio.IncompleteReadError):
            # Nothing of one connection may end the task.
            return
        finally:
            with suppress(OSError):
                writer.close()

    async def _carry(self, here: Streams, port: int) -> None:
        async with asyncio.timeout(CONNECT_WITHIN_S):
            there = await asyncio.open_connection("127.0.0.1", port)
        here[1].write(b"ok\n")
        await join(here, there)

    async def _ask_socket(self, name: str, question: str, writer: asyncio.StreamWriter) -> None:
        """Carry a whole question to a unix socket, and the answer back until it ends."""
        path = (self._sockets / name).resolve()
        if not path.is_relative_to(self._sockets):
            return
        async with asyncio.timeout(CONNECT_WITHIN_S):
            reader, there = await asyncio.open_unix_connection(path)
        there.write(base64.b64decode(question))
        there.write_eof()
        while part := await reader.read(CHUNK):
            writer.write(part)
            await writer.drain()
        there.close()

    async def _call(self, message: wire.Message, writer: asyncio.StreamWriter) -> None:
        try:
            async for part in self._answer(message):
                writer.write(wire.line(part))
                await writer.drain()
            last: wire.Message = {"done": True}
        except DanceoffError as error:
            last = {"failed": type(error).__name__, "what": error.what, "hint": error.hint}
        writer.write(wire.line(last))
        await writer.drain()
