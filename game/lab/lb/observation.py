"""Looks at the load balancer: its files on disk and its running state, as `drift` compares them. About 3 ms a look."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from game.lab.lb.drift import CONFIGURATION, FileDigest, Frontend, Map, Running, ServerLimit, Snapshot
from game.lab.lb.statistics import acl_sizes, info, map_entries, map_names, server_rows, stat_rows

if TYPE_CHECKING:
    from pathlib import Path

    from game.lab.lb.master import Master

MAX_FILES = 200
MAX_BYTES = 4 * 1024 * 1024


def observe(master: Master, live: Path) -> Snapshot:
    """Take a snapshot. Raises ServiceFailed when HAProxy does not answer."""
    configuration, files = files_on_disk(live)
    return Snapshot(configuration=configuration, files=files, running=running(master))


def running(master: Master) -> Running:
    """Ask the master and the serving worker for what somebody could have changed."""
    processes = master.processes()
    about = info(master.ask_worker("show info"))
    stats = stat_rows(master.ask_worker("show stat"))
    maps = map_names(master.ask_worker("show map"))
    return Running(
        worker_pid=about.pid,
        master_pid=processes.master,
        reloads=processes.reloads,
        failed_reloads=processes.failed,
        connection_limit=about.connection_limit,
        connection_rate_limit=about.connection_rate_limit,
        session_rate_limit=about.session_rate_limit,
        tls_rate_limit=about.tls_rate_limit,
        servers=server_rows(master.ask_worker("show servers state")),
        server_limits=tuple(
            ServerLimit(backend=row.proxy, server=row.server, limit=row.session_limit)
            for row in stats
            if row.is_server
        ),
        frontends=tuple(
            Frontend(name=row.proxy, status=row.status, limit=row.session_limit, rate_limit=row.rate_limit)
            for row in stats
            if row.is_frontend
        ),
        maps=tuple(
            Map(file=name, entries=map_entries(master.ask_worker(f"show map {name}"))) for name in maps
        ),
        acls=acl_sizes(master.ask_worker("show acl")),
    )


def files_on_disk(live: Path) -> tuple[str, tuple[FileDigest, ...]]:
    """Return the configuration's text and the digests of all other files below `live`."""
    configuration = ""
    digests = []
    for path in sorted(live.rglob("*"))[:MAX_FILES]:
        name = path.relative_to(live).as_posix()
        if path.is_symlink():
            digests.append(FileDigest(path=name, sha256="a link"))
        elif path.is_file():
            content = _start(path)
            if name == CONFIGURATION:
                configuration = content.decode(errors="surrogateescape")
            else:
                digests.append(FileDigest(path=name, sha256=hashlib.sha256(content).hexdigest()))
    return configuration, tuple(digests)


def _start(path: Path) -> bytes:
    """Read at most a few megabytes, so that a huge file cannot take the memory."""
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES)
    except FileNotFoundError:
        # Replaced at this very moment by an apply; the next look sees the new one.
        return b""
