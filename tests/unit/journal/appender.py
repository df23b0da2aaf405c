"""Appends to journals until it is killed, and says so: each path or URL on stdin gets a child; `pid N`, then `ack SEQ` lines.

The parent imports once and forks, so that a kill costs milliseconds. With a limit after the path, files cannot outgrow it.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
from pathlib import Path

from game.core.events import NoteWritten
from game.errors import DanceoffError
from game.journal import Journal, sqlite_url


def say(text: str) -> None:
    os.write(1, f"{text}\n".encode())


def append_for_ever(path: str, limit: int) -> None:
    if limit:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        url = path if "://" in path else sqlite_url(Path(path))
        writer = Journal.open(url).writer("run")
        if limit:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
        while True:
            batch = tuple((1, 1, NoteWritten(by="appender", text="x" * 200)) for _ in range(3))
            for recorded in writer.append(batch):
                say(f"ack {recorded.seq}")
    except DanceoffError as error:
        say(f"{type(error).__name__} {error}")


def main() -> None:
    for line in sys.stdin:
        path, _, limit = line.strip().partition("\t")
        child = os.fork()
        if not child:
            say(f"pid {os.getpid()}")
            append_for_ever(path, int(limit or 0))
            os._exit(0)
        os.waitpid(child, 0)
        say("gone")


if __name__ == "__main__":
    main()
