"""A few lines of HTTP over asyncio for benchmarks: short requests on connections of their own, and streams of events."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass
from urllib.parse import urlencode

HOST = "127.0.0.1"
STREAM_ID = re.compile(rb"id: (\d+)-(\w+)\.(\d+)\n")


@dataclass(frozen=True, kw_only=True)
class Answer:
    status: int
    cookie: str
    body: str


async def send(
    port: int,
    method: str,
    path: str,
    *,
    form: dict[str, str] | None = None,
    body: object = None,
    **headers: str,
) -> Answer:
    """One request on a connection of its own; `headers` by name, with underscores for dashes."""
    data = b""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {HOST}:{port}", "Connection: close"]
    if form is not None:
        data = urlencode(form).encode()
        lines += ["Content-Type: application/x-www-form-urlencoded", f"Origin: http://{HOST}:{port}"]
    elif body is not None:
        data = json.dumps(body).encode()
        lines.append("Content-Type: application/json")
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    lines.append(f"Content-Length: {len(data)}")
    reader, writer = await asyncio.open_connection(HOST, port)
    try:
        writer.write("\r\n".join((*lines, "", "")).encode() + data)
        head, _, rest = (await reader.read()).partition(b"\r\n\r\n")
    finally:
        writer.close()
    text = head.decode("latin-1")
    cookie = re.search(r"^set-cookie: ([^;]+)", text, re.IGNORECASE | re.MULTILINE)
    return Answer(status=int(text.split(" ", 2)[1]), cookie=cookie[1] if cookie else "", body=rest.decode())


@dataclass
class Stream:
    """One listener. `frames`: the numbers of the frames it got, as (series, number); `words`: when a word first came."""

    port: int
    path: str
    cookie: str = ""

    def __post_init__(self) -> None:
        self.frames: list[tuple[bytes, int]] = []
        self.awaited: dict[bytes, float] = {}
        self.opened = asyncio.Event()

    async def listen(self) -> None:
        reader, writer = await asyncio.open_connection(HOST, self.port, limit=2**22)
        cookie = f"Cookie: {self.cookie}\r\n" if self.cookie else ""
        writer.write(f"GET {self.path} HTTP/1.1\r\nHost: {HOST}:{self.port}\r\n{cookie}\r\n".encode())
        clock = asyncio.get_running_loop()
        rest = b""
        try:
            while data := await reader.read(2**18):
                rest += data
                for found in STREAM_ID.finditer(rest):
                    frame = (found[2], int(found[3]))
                    if not self.frames or self.frames[-1][0] != frame[0] or self.frames[-1][1] < frame[1]:
                        self.frames.append(frame)
                for word, when in self.awaited.items():
                    if not when and word in rest:
                        self.awaited[word] = clock.time()
                if self.frames:
                    self.opened.set()
                rest = rest[-60:] if b"\n\n" in rest[-60:] else rest[-4_000:]
        finally:
            writer.close()

    @property
    def missing(self) -> int:
        """Frames between two that came, which did not."""
        return sum(
            later - earlier - 1
            for (one, earlier), (other, later) in zip(self.frames, self.frames[1:], strict=False)
            if one == other
        )
