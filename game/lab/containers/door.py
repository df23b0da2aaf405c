"""The one way between the game and a team's containers, which share no network: a program at each side of a folder.

Inside, this file runs as a program of its own (standard library only) in the network that the team's containers share:
`python3 -I door.py FOLDER LOG_PORT [HOST]`. It takes connections on FOLDER/in.sock; the first line says where to:

    tcp PORT        a connection to 127.0.0.1:PORT inside; "ok", or "no" when nothing listens there
    udp PORT        one datagram to 127.0.0.1:PORT; the answer comes back
    listen PORT     from now on connections to 127.0.0.1:PORT inside come out at the game's side, on the same port

Datagrams that arrive on LOG_PORT inside go to FOLDER/log.sock. Outside, `outside.py` listens on the same ports of the game's
loopback: an address means the same at both sides.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import sys
from pathlib import Path

LOOPBACK = "127.0.0.1"
IN, OUT, LOG = "in.sock", "out.sock", "log.sock"
CHUNK = 65_536
CONNECT_WITHIN_S = 2.0
# Whoever has said everything may be gone altogether: not every server notices.
HALF_OPEN_S = 15.0
ANSWER_WITHIN_S = 1.0


async def join(
    one: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    other: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    half_open_s: float = HALF_OPEN_S,
) -> None:
    """Carry bytes both ways until both sides have ended, or one has for so long."""
    ways = {asyncio.ensure_future(_carry(one[0], other[1])), asyncio.ensure_future(_carry(other[0], one[1]))}
    try:
        _, under_way = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        if under_way:
            await asyncio.wait(under_way, timeout=half_open_s)
    finally:
        for way in ways:
            way.cancel()
        for _, writer in (one, other):
            shut(writer)


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while part := await reader.read(CHUNK):
            writer.write(part)
            await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()
    except (OSError, RuntimeError):
        # One side is gone: the other one is to know.
        shut(writer)


def shut(writer: asyncio.StreamWriter) -> None:
    """Close it unless it is closed: a second time, TLS forgets its connection, which nobody can abort from then on."""
    if not writer.is_closing():
        writer.close()


def keep(tasks: set[asyncio.Task[None]]) -> None:
    """Remember the task that asks until it is done."""
    task = asyncio.current_task()
    if task is not None:
        tasks.add(task)
        task.add_done_callback(tasks.discard)


class Datagrams(asyncio.DatagramProtocol):
    """Hands each log line on; one that nobody takes is lost, as with any datagram."""

    def __init__(self, path: Path) -> None:
        self._path = str(path)
        self._out = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._out.setblocking(False)

    def datagram_received(self, data: bytes, addr: object) -> None:
        del addr
        with contextlib.suppress(OSError):
            self._out.sendto(data, self._path)


class Inside:
    """The door's inner side."""

    def __init__(self, folder: Path, host: str) -> None:
        self._folder = folder
        self._host = host
        self._ways_out: dict[int, asyncio.Server] = {}
        # The loop itself only remembers tasks weakly.
        self._tasks: set[asyncio.Task[None]] = set()

    async def serve(self, log_port: int) -> None:
        """Serve until the program is ended."""
        await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: Datagrams(self._folder / LOG), local_addr=(self._host, log_port)
        )
        (self._folder / IN).unlink(missing_ok=True)
        server = await asyncio.start_unix_server(self._take, self._folder / IN)
        await server.serve_forever()

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        keep(self._tasks)
        try:
            verb, _, port = (await reader.readline()).decode().strip().partition(" ")
            if not port.isdigit():
                return
            match verb:
                case "tcp":
                    await self._to(int(port), reader, writer)
                case "udp":
                    writer.write(await self.ask(int(port), await reader.read(CHUNK)))
                case "listen":
                    await self._listen(int(port))
                    writer.write(b"ok\n")
                case _:
                    return
        except (OSError, ValueError):
            # Nothing of one connection may end the door.
            return
        finally:
            writer.close()

    async def _to(self, port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(CONNECT_WITHIN_S):
                there = await asyncio.open_connection(self._host, port)
        except OSError:
            writer.write(b"no\n")
            return
        writer.write(b"ok\n")
        await join((reader, writer), there)

    async def _listen(self, port: int) -> None:
        if port in self._ways_out:
            return

        async def out(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            keep(self._tasks)
            try:
                there = await asyncio.open_unix_connection(self._folder / OUT)
            except OSError:
                writer.close()
                return
            there[1].write(f"{port}\n".encode())
            await join((reader, writer), there)

        self._ways_out[port] = await asyncio.start_server(out, self._host, port)

    async def ask(self, port: int, question: bytes) -> bytes:
        """Send one datagram and wait for its answer; empty when none comes."""
        loop = asyncio.get_running_loop()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
            asking.setblocking(False)
            asking.connect((self._host, port))
            await loop.sock_sendall(asking, question)
            try:
                async with asyncio.timeout(ANSWER_WITHIN_S):
                    return await loop.sock_recv(asking, CHUNK)
            except TimeoutError:
                return b""


if __name__ == "__main__":
    asyncio.run(Inside(Path(sys.argv[1]), (sys.argv[3:] or [LOOPBACK])[0]).serve(int(sys.argv[2])))
