"""Eight submissions of the same diagnosis at one moment, again and again, on both stores: how many score twice?

python -m tests.benchmarks.double_submissions [RACES]
"""

# ruff: noqa: T201 - a benchmark prints

from __future__ import annotations

import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from game.core.events import DiagnosisSubmitted
from game.errors import AlreadyRecorded
from game.journal import Journal, sqlite_url
from tests.stack.service.conftest import make_postgres
from tests.stack.service.servers import open_directory
from tests.unit.core.runs import diagnosis

if TYPE_CHECKING:
    from game.core.events import Event, Recorded
    from game.journal import Writer

RACES, RACERS = 1_000, 8


def race(title: str, url: str, races: int) -> int:
    """The number of diagnoses that were recorded more than once."""
    began, accepted = time.monotonic(), 0
    with Journal.open(url) as journal:
        with journal.writer("race") as writer, ThreadPoolExecutor(max_workers=RACERS) as pool:
            for number in range(races):
                barrier = threading.Barrier(RACERS)
                outcomes = [pool.submit(_submit, writer, barrier, number) for _ in range(RACERS)]
                accepted += sum(outcome.result(timeout=60) for outcome in outcomes)
        ids = [one.event.id for one in journal.read("race") if isinstance(one.event, DiagnosisSubmitted)]
        journal.verify("race")
    double = max(accepted, len(ids)) - len(set(ids))
    print(
        f"{title:11} {races} races of {RACERS}: {len(ids)} recorded, {double} double, {time.monotonic() - began:.0f} s"
    )
    return double


def _submit(writer: Writer[Event, Recorded], barrier: threading.Barrier, number: int) -> int:
    barrier.wait(timeout=60)
    try:
        return len(writer.append(((number, number, diagnosis(number)),)))
    except AlreadyRecorded:
        return 0


def main(arguments: list[str]) -> int:
    races = int(arguments[0]) if arguments else RACES
    with tempfile.TemporaryDirectory() as folder, open_directory() as root:
        double = race("SQLite", sqlite_url(Path(folder) / "journal.db"), races)
        server = make_postgres(root)
        try:
            server.start()
            double += race("PostgreSQL", f"postgresql+psycopg://auth@127.0.0.1:{server.port}/postgres", races)
        finally:
            server.stop()
    return 1 if double else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
