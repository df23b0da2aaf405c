"""Is the answer anywhere a trainee can look? A planted marker is searched for in everything the run shows."""

from __future__ import annotations

from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING

from game.lab.process_table import family, processes
from game.lab.register import registered
from game.web.solo import solo_app

if TYPE_CHECKING:
    from collections.abc import Iterator

    from game.director.performance import Performance

MOST_FILE_BYTES = 16 * 2**20
WORDS = {"name": "haproxy", "revision": "HEAD", "path:path": "haproxy.cfg", "path:filename": "site.css"}
ENDLESS = frozenset({"/team/stream"})


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
    app = solo_app(performance, token, token)
    client = app.test_client()
    for path in sorted(path for method, path in app.table if method == "GET" and path not in ENDLESS):
        filled = reduce(lambda text, word: text.replace(f"<{word[0]}>", word[1]), WORDS.items(), path)
        answer = client.get(filled, base_url="http://127.0.0.1", headers={"Authorization": f"Bearer {token}"})
        if marker.encode() in answer.data:
            yield f"GET {filled}"
