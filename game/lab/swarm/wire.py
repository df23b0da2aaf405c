"""What the game and a team's tasks on a cluster say to one another. Standard library only: the door runs it, too.

The game opens one TLS connection to the team's door for each thing that it wants. Two lines of JSON come first: one for the
door, `{"token": ..., "to": "stack" | "load"}`, which then only carries bytes, and one for the task behind it:

    {"token": ..., "do": "tcp", "port": N}      bytes to and from 127.0.0.1:N of the task
    {"token": ..., "do": "unix", "name": N, "question": ...}    a whole question for a socket of the stack's; its answer
    {"token": ..., "do": "udp", "port": N, "question": ...}     one datagram; its answer comes back
    {"token": ..., "do": "news"}                lines of news as long as the connection lasts, at least one a second
    {"token": ..., "do": "talk"}                standard input and output of the load worker
    {"token": ..., "do": "call", ...}           a question; lines of answers, the last one with "done" or "failed"

A line that is not understood, or whose token is wrong, ends its connection without a word.
"""

from __future__ import annotations

import asyncio
import hmac
import json
from pathlib import Path
from typing import Any

DOOR_PORT = 7443
TASK_PORT = 7400
SECRET = "/run/secrets/danceoff"  # noqa: S105 - where it lies, not what it is
LONGEST_LINE = 64 * 1024 * 1024
GREETED_WITHIN_S = 10.0
NEWS_EVERY_S = 0.25
Message = dict[str, Any]


class NotUnderstood(ValueError):
    """A line that is no message."""


def secret() -> Message:
    """Read what a task was given with its start."""
    return read(Path(SECRET).read_bytes())


def line(message: Message) -> bytes:
    return json.dumps(message, separators=(",", ":")).encode() + b"\n"


def read(written: bytes) -> Message:
    """Read a line; ValueError when it is none of ours."""
    found = json.loads(written)
    if not isinstance(found, dict):
        raise NotUnderstood(f"no message: {written[:80]!r}")
    return found


async def greeting(reader: asyncio.StreamReader, token: str) -> Message:
    """Read the first line of a connection; ValueError when it does not carry the token."""
    async with asyncio.timeout(GREETED_WITHIN_S):
        message = read(await reader.readline())
    if not hmac.compare_digest(str(message.get("token", "")).encode(), token.encode()):
        raise NotUnderstood("a wrong token")
    return message
