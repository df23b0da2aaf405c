"""Datagrams that expect an answer, such as a name server's, on this machine: each is carried to where it is answered."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


class Questions(asyncio.DatagramProtocol):
    """Asks for each datagram by a task of its own; `ask` gives the answer, empty where there is none, or raises OSError."""

    def __init__(self, ask: Callable[[bytes], Awaitable[bytes]]) -> None:
        """Take who answers."""
        self._ask = ask
        self._tasks: set[asyncio.Task[None]] = set()
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # What asyncio hands out here is one, although older versions do not declare it so.
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        task = asyncio.get_running_loop().create_task(self._answer(data, addr))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer(self, question: bytes, asker: tuple[str, int]) -> None:
        with contextlib.suppress(OSError):
            answer = await self._ask(question)
            if answer and self._transport is not None:
                self._transport.sendto(answer, asker)
