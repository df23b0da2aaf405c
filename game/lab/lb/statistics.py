"""HAProxy's tables as typed rows: `show stat`, `show servers state`, `show info`, and the entries of maps."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from game.errors import ServiceFailed

if TYPE_CHECKING:
    from collections.abc import Mapping

_MAP = re.compile(r"^\d+ \(([^)]*)\)", re.MULTILINE)
_LIST = re.compile(r"^(\d+) \(([^)]*)\).*?entry_cnt=(\d+)", re.MULTILINE)
CHECK_ENABLED = 0x4


@dataclass(frozen=True, slots=True, kw_only=True)
class StatRow:
    """A row of `show stat`: a frontend (`server` is FRONTEND), a backend (BACKEND) or a server.

    Times are HAProxy's averages over the last 1024 requests, in milliseconds. `session_limit` is 0 where there is none.
    """

    proxy: str
    server: str
    status: str
    weight: int
    cookie: str
    address: str
    sessions: int
    session_limit: int
    sessions_total: int
    queued: int
    requests_denied: int
    request_errors: int
    connection_errors: int
    response_errors: int
    retries: int
    redispatches: int
    answers_2xx: int
    answers_3xx: int
    answers_4xx: int
    answers_5xx: int
    requests_per_second: int
    rate_limit: int
    queue_ms: int
    connect_ms: int
    response_ms: int
    check: str
    last_change_s: int

    @property
    def is_frontend(self) -> bool:
        return self.server == "FRONTEND"

    @property
    def is_server(self) -> bool:
        return self.server not in {"FRONTEND", "BACKEND"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerRow:
    """A row of `show servers state`. `weight` is what counts now, `declared_weight` what the file said.

    `admin`: bits 0x01 forced maintenance, 0x04 maintenance from the file, 0x08 forced drain, 0x20 maintenance by DNS.
    `checked`: whether health checks run; `agent_checked` likewise for agent checks.
    """

    backend: str
    server: str
    address: str
    port: int
    name: str
    admin: int
    weight: int
    declared_weight: int
    checked: bool
    agent_checked: bool
    check_address: str
    check_port: int
    tls: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Info:
    """What of `show info` matters here; limits are per second, 0 is none."""

    pid: int
    version: str
    uptime_s: int
    connections: int
    connection_limit: int
    connections_total: int
    connection_rate_limit: int
    session_rate_limit: int
    tls_rate_limit: int
    dropped_logs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MapEntry:
    key: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AclSize:
    """A list of patterns in the worker's memory, by its number and file, with how many entries it has."""

    number: int
    file: str
    entries: int


def stat_rows(text: str) -> tuple[StatRow, ...]:
    """Read the answer of `show stat`."""
    return tuple(_stat_row(row) for row in csv.DictReader(_table(text, "show stat", "# pxname,")))


def _stat_row(row: Mapping[str, str]) -> StatRow:
    return StatRow(
        proxy=row["pxname"],
        server=row["svname"],
        status=row["status"],
        weight=_number(row["weight"]),
        cookie=row["cookie"],
        address=row["addr"],
        sessions=_number(row["scur"]),
        session_limit=_number(row["slim"]),
        sessions_total=_number(row["stot"]),
        queued=_number(row["qcur"]),
        requests_denied=_number(row["dreq"]),
        request_errors=_number(row["ereq"]),
        connection_errors=_number(row["econ"]),
        response_errors=_number(row["eresp"]),
        retries=_number(row["wretr"]),
        redispatches=_number(row["wredis"]),
        answers_2xx=_number(row["hrsp_2xx"]),
        answers_3xx=_number(row["hrsp_3xx"]),
        answers_4xx=_number(row["hrsp_4xx"]),
        answers_5xx=_number(row["hrsp_5xx"]),
        requests_per_second=_number(row["req_rate"]),
        rate_limit=_number(row["rate_lim"]),
        queue_ms=_number(row["qtime"]),
        connect_ms=_number(row["ctime"]),
        response_ms=_number(row["rtime"]),
        check=row["check_status"],
        last_change_s=_number(row["lastchg"]),
    )


def server_rows(text: str) -> tuple[ServerRow, ...]:
    """Read the answer of `show servers state`."""
    lines = _table(text, "show servers state", "# be_id ", skip=1)
    heads = lines[0].split()
    rows = []
    for line in lines[1:]:
        row = dict(zip(heads, line.split(), strict=True))
        rows.append(
            ServerRow(
                backend=row["be_name"],
                server=row["srv_name"],
                address=row["srv_addr"],
                port=_number(row["srv_port"]),
                name=_absent(row["srv_fqdn"]),
                admin=_number(row["srv_admin_state"]),
                weight=_number(row["srv_uweight"]),
                declared_weight=_number(row["srv_iweight"]),
                checked=bool(_number(row["srv_check_state"]) & CHECK_ENABLED),
                agent_checked=bool(_number(row["srv_agent_state"]) & CHECK_ENABLED),
                check_address=_absent(row.get("srv_check_addr", "-")),
                check_port=_number(row.get("srv_check_port", "0")),
                tls=row.get("srv_use_ssl", "0") == "1",
            )
        )
    return tuple(rows)


def info(text: str) -> Info:
    """Read the answer of `show info`."""
    fields = dict(line.split(": ", 1) for line in text.splitlines() if ": " in line)
    if "Pid" not in fields:
        raise _senseless("show info", text)
    return Info(
        pid=_number(fields["Pid"]),
        version=fields.get("Version", ""),
        uptime_s=_number(fields.get("Uptime_sec", "")),
        connections=_number(fields.get("CurrConns", "")),
        connection_limit=_number(fields.get("Maxconn", "")),
        connections_total=_number(fields.get("CumConns", "")),
        connection_rate_limit=_number(fields.get("ConnRateLimit", "")),
        session_rate_limit=_number(fields.get("SessRateLimit", "")),
        tls_rate_limit=_number(fields.get("SslRateLimit", "")),
        dropped_logs=_number(fields.get("DroppedLogs", "")),
    )


def map_names(text: str) -> tuple[str, ...]:
    """List the files of `show map`."""
    return tuple(dict.fromkeys(name for name in _MAP.findall(text) if name))


def map_entries(text: str) -> tuple[MapEntry, ...]:
    """Read `show map FILE`: an address in memory, the key, the value."""
    found = []
    for line in text.splitlines():
        _, _, rest = line.partition(" ")
        key, _, value = rest.partition(" ")
        if line.startswith("0x") and key:
            found.append(MapEntry(key=key, value=value))
    return tuple(found)


def acl_sizes(text: str) -> tuple[AclSize, ...]:
    """Read `show acl`; the count of entries is there since HAProxy 2.4."""
    return tuple(
        AclSize(number=int(number), file=file, entries=int(entries))
        for number, file, entries in _LIST.findall(text)
    )


def _table(text: str, command: str, head: str, skip: int = 0) -> list[str]:
    """Return the lines of a table from its heading on, without the heading's `# `."""
    lines = [line for line in text.splitlines() if line.strip()][skip:]
    if not lines or not lines[0].startswith(head):
        raise _senseless(command, text)
    return [lines[0].removeprefix("# "), *lines[1:]]


def _senseless(command: str, text: str) -> ServiceFailed:
    return ServiceFailed(
        f"haproxy: its answer to `{command}` makes no sense: {text.strip()[:80]!r}",
        hint="`danceoff logs haproxy` tells whether it runs; `danceoff doctor` which version it is",
    )


def _number(text: str) -> int:
    return int(text) if text.lstrip("-").isdigit() else 0


def _absent(text: str) -> str:
    return "" if text == "-" else text
