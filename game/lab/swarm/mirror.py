"""The stack's addresses, sockets, log lines and log files, as if it were on this machine: a thread of the game's."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import socket
import threading
import time
from functools import partial
from typing import TYPE_CHECKING

from game.errors import ServiceFailed
from game.lab.containers.door import join, keep
from game.lab.containers.questions import Questions
from game.lab.swarm import wire

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from game.lab.places import Endpoint, Place
    from game.lab.swarm.gate import Gate

START_WITHIN_S = 10.0
LAST_TURNS = 5
# News come four times a second; who says nothing for so long is away.
SILENT_AFTER_S = 5.0
AGAIN_AFTER_S = 0.5
CHUNK = 65_536


class Mirror:
    """Listens while the run lives. `before_master` is called before anybody speaks with HAProxy's master."""

    def __init__(self, gate: Gate, place: Place, log: Endpoint, before_master: Callable[[], None]) -> None:
        self._gate = gate
        self._place = place
        self._log = log
        self._before_master = before_master
        self._heard_s = time.monotonic()
        # The loop itself only remembers tasks weakly.
        self._tasks: set[asyncio.Task[None]] = set()
        self._open: list[asyncio.Server | asyncio.BaseTransport] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="mirror", daemon=True)
        self._closed = False

    @property
    def silent(self) -> bool:
        """Whether nothing was heard of the stack for a while."""
        return time.monotonic() - self._heard_s > SILENT_AFTER_S

    def start(self, tcp: tuple[Endpoint, ...], udp: tuple[Endpoint, ...]) -> None:
        """Listen on these addresses; ServiceFailed when one is taken."""
        self._thread.start()
        try:
            self._run(self._serve(tcp, udp))
        except OSError as error:
            self.stop()
            raise ServiceFailed(f"the stack's addresses cannot be opened here: {error}") from error

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

    def _run(self, work: Coroutine[object, object, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(START_WITHIN_S)

    async def _serve(self, tcp: tuple[Endpoint, ...], udp: tuple[Endpoint, ...]) -> None:
        for endpoint in tcp:
            message: wire.Message = {"do": "tcp", "port": endpoint.port}
            self._open.append(
                await asyncio.start_server(partial(self._carry, message), endpoint.host, endpoint.port)
            )
        for endpoint in udp:
            transport, _ = await self._loop.create_datagram_endpoint(
                partial(Questions, partial(_ask, self._gate, endpoint.port)),
                local_addr=(endpoint.host, endpoint.port),
            )
            self._open.append(transport)
        path = self._place.master_socket
        path.unlink(missing_ok=True)
        name = f"{self._place.root.name}/{path.relative_to(self._place.root)}"
        self._open.append(await asyncio.start_unix_server(partial(self._ask_master, name), path))
        self._tasks.add(self._loop.create_task(self._listen()))

    async def _carry(
        self, message: wire.Message, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        keep(self._tasks)
        try:
            async with self._gate.way("stack", message) as there:
                if await there[0].readline() == b"ok\n":
                    # TLS cannot tell that one side has said everything: the end of one is the end of both.
                    await join((reader, writer), there, 0.0)
        except (OSError, ServiceFailed):
            # Whoever came sees a connection that ends, as with a server that died.
            return
        finally:
            writer.close()

    async def _ask_master(
        self, name: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """HAProxy's master is asked a whole question, and its whole answer comes back."""
        keep(self._tasks)
        try:
            question = base64.b64encode(await reader.read()).decode()
            await asyncio.to_thread(self._before_master)
            message: wire.Message = {"do": "unix", "name": name, "question": question}
            async with self._gate.way("stack", message) as there:
                while part := await there[0].read(CHUNK):
                    writer.write(part)
                    await writer.drain()
        except (OSError, ServiceFailed):
            # Whoever asked sees an answer that ends too early, as with a master that died.
            return
        finally:
            writer.close()

    async def _listen(self) -> None:
        """Take news as long as the run lives; who was away is asked again."""
        out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        out.setblocking(False)
        with out:
            while not self._closed:
                with contextlib.suppress(OSError, ValueError):
                    async with self._gate.way("stack", {"do": "news"}) as there:
                        while written := await asyncio.wait_for(there[0].readline(), SILENT_AFTER_S):
                            self._take(wire.read(written), out)
                await asyncio.sleep(AGAIN_AFTER_S)

    def _take(self, news: wire.Message, out: socket.socket) -> None:
        self._heard_s = time.monotonic()
        for line in news["lines"]:
            with contextlib.suppress(OSError):
                out.sendto(base64.b64decode(line), (self._log.host, self._log.port))
        for name, part in news["files"].items():
            # The traffic's log is written here, by whoever receives the lines.
            with (self._place.logs / str(name).replace("/", "_")).open("ab") as file:
                file.write(base64.b64decode(part))

    async def _leave(self) -> None:
        for each in self._open:
            each.close()
        mine = asyncio.current_task()
        # Somebody may just have been let in, and is noticed in a later turn.
        while others := [task for task in asyncio.all_tasks() if task is not mine]:
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)
        # What was aborted last, by whomever, is closed in the loop's next turns: TLS hands it on to the socket below.
        for _ in range(LAST_TURNS):
            await asyncio.sleep(0)
        self._place.master_socket.unlink(missing_ok=True)


async def _ask(gate: Gate, port: int, question: bytes) -> bytes:
    message: wire.Message = {"do": "udp", "port": port, "question": base64.b64encode(question).decode()}
    async with gate.way("stack", message) as there:
        return await there[0].read()
