"""The door of a team's stack on a cluster: the one task that has a port on its node, and that nothing of the team's runs in.

`python3 -P -m game.lab.swarm.door`: takes TLS connections of the game, and carries them to the team's own network, which
leads nowhere else. Certificate, key and token are in the task's secret.
"""

from __future__ import annotations

import asyncio
import ssl
import sys
import tempfile
from typing import TYPE_CHECKING

from game.lab.containers.door import join
from game.lab.swarm import wire

if TYPE_CHECKING:
    from collections.abc import Callable

BEHIND = ("stack", "load")
CONNECT_WITHIN_S = 5.0


def behind(to: str) -> tuple[str, int]:
    """Tell where a task is: by its name on the team's network."""
    return to, wire.TASK_PORT


async def serve(
    secret: wire.Message, port: int = wire.DOOR_PORT, find: Callable[[str], tuple[str, int]] = behind
) -> asyncio.Server:
    """Listen; the caller keeps the server."""

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            wanted = await wire.greeting(reader, str(secret["token"]))
            if wanted.get("to") not in BEHIND:
                return
            async with asyncio.timeout(CONNECT_WITHIN_S):
                there = await asyncio.open_connection(*find(str(wanted["to"])))
            # TLS cannot tell that one side has said everything: the end of one is the end of both.
            await join((reader, writer), there, 0.0)
        except (OSError, ValueError, asyncio.IncompleteReadError):
            # Nothing of one connection may end the door.
            return
        finally:
            writer.close()

    return await asyncio.start_server(take, "0.0.0.0", port, ssl=context(secret))


def context(secret: wire.Message) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    # The library reads it from files only.
    with tempfile.NamedTemporaryFile("w", suffix=".pem") as file:
        file.write(str(secret["certificate"]))
        file.flush()
        made.load_cert_chain(file.name)
    return made


async def main(secret: wire.Message) -> None:
    server = await serve(secret)
    sys.stdout.write("the door is open\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(wire.secret()))
