"""HAProxy's comma-separated answers (`show stat`) as a table that a person can read."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

# Column of `show stat` -> heading. The rest is there with `danceoff lb --raw show stat`.
COLUMNS = (
    ("pxname", "proxy"),
    ("svname", "server"),
    ("status", "status"),
    ("check_status", "check"),
    ("weight", "weight"),
    ("qcur", "qcur"),
    ("scur", "scur"),
    ("smax", "smax"),
    ("slim", "slim"),
    ("stot", "stot"),
    ("qtime", "qtime"),
    ("rtime", "rtime"),
    ("econ", "econ"),
    ("eresp", "eresp"),
    ("wretr", "wretr"),
    ("wredis", "wredis"),
    ("dreq", "dreq"),
    ("ereq", "ereq"),
    ("hrsp_2xx", "2xx"),
    ("hrsp_3xx", "3xx"),
    ("hrsp_4xx", "4xx"),
    ("hrsp_5xx", "5xx"),
)
ALWAYS = frozenset({"pxname", "svname", "status", "scur", "slim", "stot"})


def is_statistics(lines: Sequence[str]) -> bool:
    return bool(lines) and lines[0].startswith("# pxname,")


def statistics_table(lines: Sequence[str]) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Headings and one row a proxy and server; counters that stand at 0 everywhere are left out."""
    records = list(csv.DictReader([lines[0].removeprefix("# "), *lines[1:]]))
    told = [
        (name, heading)
        for name, heading in COLUMNS
        if name in ALWAYS or any((record.get(name) or "0") != "0" for record in records)
    ]
    rows = tuple(
        tuple(record.get(name) or "" for name, _ in told) for record in records if record.get("pxname")
    )
    return tuple(heading for _, heading in told), rows
