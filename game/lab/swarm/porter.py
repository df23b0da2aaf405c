"""The load worker in a task of its own, beside its team's stack: `python3 -P -m game.lab.swarm.porter`.

Users come in where they would on one machine, on 127.0.0.1 and the edge's port, and are carried to the stack over the team's
network. What they got is streamed to whoever has asked to talk, which is the game.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from game.errors import UsageError
from game.lab.containers.door import join, keep
from game.lab.swarm import wire
from game.lab.swarm.task import Task

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from game.lab.swarm.task import Streams

CONNECT_WITHIN_S = 5.0
CHUNK = 65_536
ENDED_WITHIN_S = 5.0
KEPT = ("PATH", "LANG", "LC_ALL", "PYTHONPATH")


class Porter:
    """Starts a worker for each talk; the former one ends with its talk."""

    def __init__(self, secret: wire.Message, home: Path) -> None:
        self._stack_token = str(secret["stack"])
        self._home = home
        self._ways: dict[int, asyncio.Server] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def answer(self, message: wire.Message) -> AsyncIterator[wire.Message]:
        match message.get("what"):
            case "clock":
                yield {"now_ns": time.monotonic_ns()}
            case "way":
                await self._open_way(int(message["port"]))
            case "authority":
                await asyncio.to_thread(self._keep, str(message["name"]), str(message["pem"]))
            case other:
                raise UsageError(f"nobody knows how to {other!r} here")

    def _keep(self, name: str, text: str) -> None:
        if "/" in name:
            raise UsageError(f"{name} is no file's name")
        (self._home / name).write_text(text)

    async def more(self, message: wire.Message, streams: Streams) -> bool:
        if message.get("do") == "talk":
            await self._talk(*streams)
        return True

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        worker = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "game.lab.load.worker"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env={
                **kept,
                "LOCUST_SKIP_MONKEY_PATCH": "1",
                "HOME": str(self._home),
                "TMPDIR": str(self._home),
            },
            limit=wire.LONGEST_LINE,
        )
        if worker.stdin is None or worker.stdout is None:
            raise AssertionError("they are pipes")
        told = asyncio.ensure_future(_carry(reader, worker.stdin))
        try:
            await _carry(worker.stdout, writer)
        finally:
            told.cancel()
            if worker.returncode is None:
                worker.terminate()
            try:
                async with asyncio.timeout(ENDED_WITHIN_S):
                    await worker.wait()
            except TimeoutError:
                worker.kill()

    async def _open_way(self, port: int) -> None:
        """Let users reach the stack's edge on this task's own loopback."""
        if port in self._ways:
            return

        async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            keep(self._tasks)
            try:
                async with asyncio.timeout(CONNECT_WITHIN_S):
                    there = await asyncio.open_connection("stack", wire.TASK_PORT)
                    there[1].write(wire.line({"token": self._stack_token, "do": "tcp", "port": port}))
                    if await there[0].readline() != b"ok\n":
                        there[1].close()
                        writer.close()
                        return
            except OSError:
                writer.close()
                return
            await join((reader, writer), there)

        self._ways[port] = await asyncio.start_server(carry, "127.0.0.1", port)


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while part := await reader.read(CHUNK):
            writer.write(part)
            await writer.drain()
    except OSError:
        return
    finally:
        writer.close()


async def main(home: Path, secret: wire.Message) -> None:
    porter = Porter(secret, home)
    server = await Task(str(secret["token"]), porter.answer, porter.more, home).serve()
    sys.stdout.write("the load waits for the game\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), wire.secret()))
