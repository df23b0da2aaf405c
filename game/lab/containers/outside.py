"""The door's outer side, a thread of the game's: the stack's ports on the game's own loopback."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from functools import partial
from typing import TYPE_CHECKING

from game.errors import ServiceFailed
from game.lab.containers.door import IN, LOG, OUT, join, keep
from game.lab.containers.questions import Questions

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from pathlib import Path

    from game.lab.places import Endpoint

START_WITHIN_S = 10.0
ANSWER_WITHIN_S = 3.0
DATAGRAM_BYTES = 65_536


class Outside:
    """Listens while the run lives. `open_way` lets the containers reach one port of the game's, and no other."""

    def __init__(
        self, folder: Path, tcp: tuple[Endpoint, ...], udp: tuple[Endpoint, ...], log: Endpoint
    ) -> None:
        """Take the door's folder, the addresses to listen on, and where log lines go."""
        self._folder = folder
        self._tcp = tcp
        self._udp = udp
        self._log = log
        self._ways: set[int] = set()
        # The loop itself only remembers tasks weakly.
        self._tasks: set[asyncio.Task[None]] = set()
        self._open: list[asyncio.Server | asyncio.BaseTransport] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="door", daemon=True)
        self._closed = False

    def start(self) -> None:
        """Listen on every address; ServiceFailed when one is taken."""
        self._thread.start()
        try:
            self._run(self._serve())
        except OSError as error:
            self.stop()
            raise ServiceFailed(f"the door to the containers cannot be opened: {error}") from error

    def stop(self) -> None:
        """Close everything; idempotent."""
        if self._closed:
            return
        self._closed = True
        if self._thread.is_alive():
            self._run(self._leave())
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(START_WITHIN_S)
        self._loop.close()

    def open_way(self, port: int) -> None:
        """Let the containers reach this port of the game's loopback, at the same address inside."""
        self._ways.add(port)
        self._run(self._tell(f"listen {port}\n"))

    def renew_ways(self) -> None:
        """Tell a new inner side of the ways that are open."""
        for port in sorted(self._ways):
            self._run(self._tell(f"listen {port}\n"))

    def answers(self) -> bool:
        """Tell whether the inner side is there."""
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
                connection.settimeout(ANSWER_WITHIN_S)
                connection.connect(str(self._folder / IN))
                return True
        except OSError:
            return False

    def _run(self, work: Coroutine[object, object, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(START_WITHIN_S)

    async def _serve(self) -> None:
        for endpoint in self._tcp:
            self._open.append(
                await asyncio.start_server(partial(self._in, endpoint.port), endpoint.host, endpoint.port)
            )
        for endpoint in self._udp:
            transport, _ = await self._loop.create_datagram_endpoint(
                partial(Questions, partial(_ask, self._folder, endpoint.port)),
                local_addr=(endpoint.host, endpoint.port),
            )
            self._open.append(transport)
        for name in (OUT, LOG):
            (self._folder / name).unlink(missing_ok=True)
        self._open.append(await asyncio.start_unix_server(self._out, self._folder / OUT))
        lines = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        lines.setblocking(False)
        lines.bind(str(self._folder / LOG))
        transport, _ = await self._loop.create_datagram_endpoint(lambda: _Lines(self._log), sock=lines)
        self._open.append(transport)
        for name in (OUT, LOG):
            # Only the containers' user can enter the folder.
            (self._folder / name).chmod(0o666)

    async def _in(self, port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        keep(self._tasks)
        try:
            there = await asyncio.open_unix_connection(self._folder / IN)
            there[1].write(f"tcp {port}\n".encode())
            if await there[0].readline() != b"ok\n":
                there[1].close()
                writer.close()
                return
        except OSError:
            writer.close()
            return
        await join((reader, writer), there)

    async def _out(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Let a container out to a port that was opened to it."""
        keep(self._tasks)
        try:
            port = int((await reader.readline()).strip() or b"0")
            if port not in self._ways:
                writer.close()
                return
            there = await asyncio.open_connection("127.0.0.1", port)
        except (OSError, ValueError):
            writer.close()
            return
        await join((reader, writer), there)

    async def _tell(self, line: str) -> None:
        reader, writer = await asyncio.open_unix_connection(self._folder / IN)
        writer.write(line.encode())
        await asyncio.wait_for(reader.readline(), ANSWER_WITHIN_S)
        writer.close()

    async def _leave(self) -> None:
        for each in self._open:
            each.close()
        mine = asyncio.current_task()
        others = [task for task in asyncio.all_tasks() if task is not mine]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        for name in (OUT, LOG):
            with contextlib.suppress(OSError):
                (self._folder / name).unlink()


async def _ask(folder: Path, port: int, question: bytes) -> bytes:
    reader, writer = await asyncio.open_unix_connection(folder / IN)
    writer.write(f"udp {port}\n".encode() + question)
    writer.write_eof()
    answer = await reader.read(DATAGRAM_BYTES)
    writer.close()
    return answer


class _Lines(asyncio.DatagramProtocol):
    """HAProxy's log lines from inside, sent on to the game's receiver."""

    def __init__(self, log: Endpoint) -> None:
        self._address = (log.host, log.port)
        self._out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._out.setblocking(False)

    def datagram_received(self, data: bytes, addr: object) -> None:
        del addr
        with contextlib.suppress(OSError):
            self._out.sendto(data, self._address)

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self._out.close()
