"""What a stack has to tell without being asked: HAProxy's log lines, and what its servers' log files grew by."""

from __future__ import annotations

import asyncio
import base64
import socket
from typing import TYPE_CHECKING

from game.lab.swarm import wire

if TYPE_CHECKING:
    from pathlib import Path

DATAGRAM_BYTES = 65_536
MOST_BYTES_A_TURN = 256 * 1024
MOST_LINES = 20_000


class News:
    """Collects lines from `listen` on; `tell` tells them to one connection, from where the last one was left."""

    def __init__(self) -> None:
        self._socket: socket.socket | None = None
        self._logs: Path | None = None
        self._told: dict[str, int] = {}

    def listen(self, port: int, logs: Path) -> None:
        """Listen for HAProxy's lines, and look at this folder's files from now on."""
        listening = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        listening.bind(("127.0.0.1", port))
        listening.setblocking(False)
        self._socket, self._logs = listening, logs

    async def tell(self, writer: asyncio.StreamWriter) -> None:
        """Tell until the other side is gone. A turn without news is told, too: it says that the stack is there."""
        while not writer.is_closing():
            writer.write(wire.line({"lines": self._lines(), "files": self._grown()}))
            await writer.drain()
            await asyncio.sleep(wire.NEWS_EVERY_S)

    def _lines(self) -> list[str]:
        found: list[str] = []
        while self._socket is not None and len(found) < MOST_LINES:
            try:
                found.append(base64.b64encode(self._socket.recv(DATAGRAM_BYTES)).decode())
            except BlockingIOError:
                break
        return found

    def _grown(self) -> dict[str, str]:
        grown: dict[str, str] = {}
        for path in sorted(self._logs.glob("*.log")) if self._logs is not None else ():
            before = self._told.get(path.name, 0)
            with path.open("rb") as file:
                file.seek(before)
                part = file.read(MOST_BYTES_A_TURN)
            if part:
                self._told[path.name] = before + len(part)
                grown[path.name] = base64.b64encode(part).decode()
        return grown
