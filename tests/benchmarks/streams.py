"""What carries the streams: delay of an update, missed updates, memory and processor time at 100 and 650 listeners.

    python -m tests.benchmarks.streams [--clients 100,650] [--seconds 20] [--server cheroot|waitress] [--subjects 31]

The server is a process of its own with the game's streams and a synthetic picture of some kilobytes, one subject for all
spectators and one for each team. Clients are one asyncio loop here; both read the same monotonic clock, so a delay is
from the moment a tick was rendered to the moment a client has read it. waitress is not a dependency: install it to compare.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import psutil
from cheroot import wsgi

from game.web.pool import ElasticPool
from game.web.stream import Pace, Picture, Streams

STAMP = re.compile(rb"id: (\d+)[^\n]*\nevent: tick\ndata: (\d+)")
START_WITHIN_S = 30
SPECTATORS_SHARE = 500 / 650


class Ticks:
    """A picture that tells when it was rendered, beside some kilobytes that change and some that do not."""

    def __init__(self) -> None:
        self._number = 0

    def __call__(self) -> Picture:
        self._number += 1
        changing = "".join(f"<td>{self._number * step % 997}</td>" for step in range(250))
        return Picture(
            seq=self._number,
            parts={"table": changing, "still": "x" * 4000, "tick": str(time.monotonic_ns())},
        )


def application(streams: Streams) -> Any:
    subjects: dict[str, Ticks] = {}
    lock = threading.Lock()

    def app(environ: dict[str, Any], start_response: Any) -> Any:
        name = environ["PATH_INFO"]
        with lock:
            ticks = subjects.setdefault(name, Ticks())
        start_response("200 OK", [("Content-Type", "text/event-stream"), ("Cache-Control", "no-store")])
        return streams.listen(name, ticks)

    return app


def serve(kind: str, most: int) -> None:
    streams = Streams(Pace(tick_s=1.0))
    app = application(streams)
    if kind == "cheroot":
        server = wsgi.Server(("127.0.0.1", 0), app, request_queue_size=512, timeout=30)
        server.requests = ElasticPool(server)
        server.prepare()
        sys.stdout.write(f"{server.bind_addr[1]}\n")
        sys.stdout.flush()
        server.serve()
    else:
        import waitress  # type: ignore[import-not-found,import-untyped,unused-ignore] # noqa: PLC0415 - no dependency

        server = waitress.create_server(
            app, host="127.0.0.1", port=0, threads=most + 20, connection_limit=most + 100, send_bytes=1,
            asyncore_use_poll=True, backlog=1024,
        )  # fmt: skip
        sys.stdout.write(f"{server.effective_port}\n")
        sys.stdout.flush()
        server.run()


class Client:
    def __init__(self) -> None:
        self.delays_ms: list[float] = []
        self.numbers: list[int] = []

    async def listen(self, port: int, path: str) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**20)
        writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        rest = b""
        try:
            while data := await reader.read(65536):
                now = time.monotonic_ns()
                rest += data
                end = 0
                for found in STAMP.finditer(rest):
                    self.numbers.append(int(found[1]))
                    self.delays_ms.append((now - int(found[2])) / 1e6)
                    end = found.end()
                rest = rest[end:][-20_000:]
        finally:
            writer.close()


async def measure(port: int, clients: int, seconds: float, subjects: int, server: psutil.Process) -> None:
    everybody = [Client() for _ in range(clients)]
    spectators = round(clients * SPECTATORS_SHARE)
    began = time.monotonic()
    tasks = []
    for number, client in enumerate(everybody):
        path = "/board" if number < spectators else f"/team{number % max(1, subjects - 1)}"
        tasks.append(asyncio.create_task(client.listen(port, path)))
        if number % 50 == 49:
            await asyncio.sleep(0.05)
    while not all(client.numbers for client in everybody):
        await asyncio.sleep(0.1)
        if time.monotonic() - began > START_WITHIN_S:
            served = sum(1 for client in everybody if client.numbers)
            raise SystemExit(f"only {served} of {clients} clients are served after {START_WITHIN_S} s")
    joined_s = time.monotonic() - began
    await asyncio.sleep(3)
    for client in everybody:
        client.delays_ms.clear()
    before = server.cpu_times()
    await asyncio.sleep(seconds)
    after = server.cpu_times()
    delays = sorted(delay for client in everybody for delay in client.delays_ms)
    missing = sum(
        later - earlier - 1
        for client in everybody
        for earlier, later in zip(client.numbers, client.numbers[1:], strict=False)
    )
    busy = (after.user + after.system - before.user - before.system) / seconds
    sys.stdout.write(
        f"{clients:5} clients  all served after {joined_s:4.1f} s  updates {len(delays)}  "
        f"p50 {statistics.median(delays):6.1f} ms  p99 {delays[int(len(delays) * 0.99)]:7.1f} ms  "
        f"most {delays[-1]:7.1f} ms  missing {missing}  RSS {server.memory_info().rss / 2**20:5.1f} MB  "
        f"CPU {busy * 100:5.1f} %  threads {server.num_threads()}\n"
    )
    sys.stdout.flush()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--clients", default="100,650")
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--server", default="cheroot", choices=("cheroot", "waitress"))
    parser.add_argument("--subjects", type=int, default=31)
    parser.add_argument("--serve", type=int, default=0, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.serve:
        serve(chosen.server, chosen.serve)
        return
    for clients in (int(part) for part in chosen.clients.split(",")):
        command = [
            sys.executable,
            str(Path(__file__).resolve()),
            "--server",
            chosen.server,
            "--serve",
            str(clients),
        ]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            try:
                port = int(process.stdout.readline())
                asyncio.run(
                    measure(port, clients, chosen.seconds, chosen.subjects, psutil.Process(process.pid))
                )
            finally:
                process.kill()


if __name__ == "__main__":
    main()
