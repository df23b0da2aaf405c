"""`show stat` as a table for people: proxies with their servers, and what may be done to a server."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from game.lab.lb.statistics import stat_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from game.lab.lb.statistics import StatRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row; `name` is BACKEND/SERVER for a server, else empty. `alarm`: worth a second look."""

    title: str
    name: str
    status: str
    weight: str
    sessions: str
    queued: str
    rate: str
    answers: tuple[str, ...]
    errors: str
    retries: str
    check: str
    alarm: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxy:
    name: str
    lines: tuple[Line, ...]


def proxies(lines: Sequence[str]) -> tuple[Proxy, ...]:
    """Read the lines of `show stat`, in HAProxy's own order."""
    rows = stat_rows("\n".join(lines))
    return tuple(
        Proxy(name=name, lines=tuple(_line(row) for row in group))
        for name, group in groupby(rows, key=lambda row: row.proxy)
    )


def _line(row: StatRow) -> Line:
    limit = f" / {row.session_limit}" if row.session_limit else ""
    return Line(
        title={"FRONTEND": "frontend", "BACKEND": "backend"}.get(row.server, row.server),
        name=f"{row.proxy}/{row.server}" if row.is_server else "",
        status=row.status,
        weight="" if row.is_frontend else str(row.weight),
        sessions=f"{row.sessions}{limit}",
        queued=str(row.queued),
        rate=str(row.requests_per_second),
        answers=tuple(
            f"{count:,}" for count in (row.answers_2xx, row.answers_3xx, row.answers_4xx, row.answers_5xx)
        ),
        errors=str(row.connection_errors + row.response_errors + row.request_errors),
        retries=str(row.retries),
        check=row.check,
        alarm=row.status.split(" ")[0] in {"DOWN", "MAINT", "DRAIN", "NOLB"},
    )
