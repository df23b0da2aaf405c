"""Is the answer anywhere a trainee can look? A planted marker is searched for in everything the run shows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from game.lab.process_table import family, processes
from game.lab.register import registered
from game.web.app import create_app
from game.web.routes import ROUTES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from game.director.performance import Performance

MOST_FILE_BYTES = 16 * 2**20
WORDS = {"name": "haproxy", "revision": "HEAD"}


def leaks(performance: Performance, marker: str) -> tuple[str, ...]:
    """Where the marker was found: files, process arguments and environments, answers of the API. Empty is right."""
    if not marker:
        return ()
    found = (
        *_files(performance.root, marker),
        *_processes(performance.root, marker),
        *_api(performance, marker),
    )
    return tuple(found)


def _files(root: Path, marker: str) -> Iterator[str]:
    needle = marker.encode()
    for path in root.rglob("*"):
        try:
            if path.is_file() and path.stat().st_size <= MOST_FILE_BYTES and needle in path.read_bytes():
                yield f"file {path.relative_to(root)}"
        except OSError:
            # Files of a living stack come and go.
            continue


def _processes(root: Path, marker: str) -> Iterator[str]:
    everybody = processes()
    needle = marker.encode()
    for entry in registered(root):
        for one in family(entry.pid, entry.start, everybody):
            for what in ("cmdline", "environ"):
                try:
                    content = Path(f"/proc/{one.pid}/{what}").read_bytes()
                except OSError:
                    continue
                if needle in content:
                    yield f"{what} of {entry.what}"


def _api(performance: Performance, marker: str) -> Iterator[str]:
    token = "rehearsal"  # noqa: S105 - it guards an application that only this function can reach.
    client = create_app(performance, token).test_client()
    for row in ROUTES:
        if row.method != "GET":
            continue
        path = row.path
        for word, value in WORDS.items():
            path = path.replace(f"<{word}>", value)
        answer = client.get(path, base_url="http://127.0.0.1", headers={"Authorization": f"Bearer {token}"})
        if marker.encode() in answer.data:
            yield f"GET {path}"
