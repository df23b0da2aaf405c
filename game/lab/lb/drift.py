"""Where the running load balancer, its files on disk and the last approved configuration disagree. Pure comparison.

What cannot be seen this way, because HAProxy does not tell: timeouts, rules, cookie options and buffer sizes of the
running worker. A worker or a reload that the apply path did not record stands for those.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from game.core.haproxy.configuration import parse
from game.core.haproxy.difference import differences
from game.core.haproxy.invalid import ConfigurationInvalid

if TYPE_CHECKING:
    from collections.abc import Iterator

    from game.lab.lb.statistics import AclSize, MapEntry, ServerRow

CONFIGURATION = "haproxy.cfg"
_ADMIN = ((0x01, "maintenance"), (0x08, "drain"))
# The bits that somebody sets; the others follow from these, from the file, or from DNS.
_SET_BY_HAND = 0x01 | 0x08
# These two alternate with the traffic; PAUSED and STOP are somebody's doing.
_ACCEPTING = frozenset({"OPEN", "FULL"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Frontend:
    """`limit` is its maxconn, `rate_limit` sessions a second (0: none)."""

    name: str
    status: str
    limit: int
    rate_limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerLimit:
    backend: str
    server: str
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Map:
    file: str
    entries: tuple[MapEntry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """The running state as far as HAProxy tells it and somebody can change it; nothing that traffic moves."""

    worker_pid: int
    master_pid: int
    reloads: int
    failed_reloads: int
    connection_limit: int
    connection_rate_limit: int
    session_rate_limit: int
    tls_rate_limit: int
    servers: tuple[ServerRow, ...]
    server_limits: tuple[ServerLimit, ...]
    frontends: tuple[Frontend, ...]
    maps: tuple[Map, ...]
    acls: tuple[AclSize, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileDigest:
    """A file beside the configuration, by its path in the load balancer's folder and the SHA-256 of its bytes."""

    path: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Files on disk and running state at one moment. The one taken right after an apply is the baseline."""

    configuration: str
    files: tuple[FileDigest, ...]
    running: Running

    def with_reloads(self, reloads: int, failed: int) -> Snapshot:
        """Return the same with other reload counters: after a reload that failed within the apply path."""
        return replace(self, running=replace(self.running, reloads=reloads, failed_reloads=failed))


def drift(baseline: Snapshot, now: Snapshot) -> tuple[str, ...]:
    """Tell in words where the present differs from what was approved; empty when it does not."""
    return (
        *_configuration(baseline.configuration, now.configuration),
        *_files(baseline.files, now.files),
        *_processes(baseline.running, now.running),
        *_limits(baseline.running, now.running),
        *_servers(baseline.running, now.running),
        *_frontends(baseline.running, now.running),
        *_maps(baseline.running, now.running),
        *_acls(baseline.running, now.running),
    )


def unapplied(approved: str, worktree: str) -> tuple[str, ...]:
    """Tell what of the worktree's configuration is not in service yet. That is work in progress, not drift."""
    if approved == worktree:
        return ()
    try:
        return tuple(each.in_words for each in differences(parse(approved), parse(worktree)))
    except ConfigurationInvalid as error:
        return (f"the worktree's {CONFIGURATION} cannot be read: {error.what}",)


def _configuration(approved: str, live: str) -> Iterator[str]:
    if approved == live:
        return
    try:
        found = differences(parse(approved), parse(live))
    except ConfigurationInvalid as error:
        yield f"{CONFIGURATION} on disk is not what was approved and cannot be read: {error.what}"
        return
    for each in found:
        yield f"{CONFIGURATION} on disk: {each.in_words}"


def _files(approved: tuple[FileDigest, ...], live: tuple[FileDigest, ...]) -> Iterator[str]:
    before = {file.path: file.sha256 for file in approved}
    after = {file.path: file.sha256 for file in live}
    for path in sorted(before.keys() | after.keys()):
        if path not in after:
            yield f"{path} on disk: gone"
        elif path not in before:
            yield f"{path} on disk: not part of what was approved"
        elif before[path] != after[path]:
            yield f"{path} on disk: changed"


def _processes(before: Running, now: Running) -> Iterator[str]:
    if now.master_pid != before.master_pid:
        yield f"haproxy was restarted outside the apply path (process {before.master_pid} is now {now.master_pid})"
    elif now.worker_pid != before.worker_pid:
        yield f"a worker serves that no apply started ({before.worker_pid} is now {now.worker_pid})"
    elif now.reloads != before.reloads:
        said = "failed" if now.failed_reloads > before.failed_reloads else "happened"
        yield f"a reload {said} outside the apply path (counter {before.reloads} is now {now.reloads})"


def _limits(before: Running, now: Running) -> Iterator[str]:
    yield from _changed("the process's maxconn", before.connection_limit, now.connection_limit)
    yield from _changed(
        "the process's connection rate limit", before.connection_rate_limit, now.connection_rate_limit
    )
    yield from _changed("the process's session rate limit", before.session_rate_limit, now.session_rate_limit)
    yield from _changed("the process's TLS rate limit", before.tls_rate_limit, now.tls_rate_limit)


def _servers(before: Running, now: Running) -> Iterator[str]:
    old = {(row.backend, row.server): row for row in before.servers}
    new = {(row.backend, row.server): row for row in now.servers}
    for key in sorted(old.keys() | new.keys()):
        label = "/".join(key)
        if key not in new:
            yield f"{label}: removed at run time"
        elif key not in old:
            yield f"{label}: added at run time"
        else:
            yield from _server(label, old[key], new[key])
    old_limits = {(each.backend, each.server): each.limit for each in before.server_limits}
    for each in now.server_limits:
        was = old_limits.get((each.backend, each.server), each.limit)
        yield from _changed(f"{each.backend}/{each.server}: maxconn", was, each.limit)


def _server(label: str, old: ServerRow, new: ServerRow) -> Iterator[str]:
    yield from _changed(f"{label}: weight", old.weight, new.weight)
    if (old.admin ^ new.admin) & _SET_BY_HAND or (old.admin & 0x04) != (new.admin & 0x04):
        yield from _changed(f"{label}: state", _admin(old.admin), _admin(new.admin))
    # An address that is looked up in DNS moves by itself.
    if not old.name or old.name != new.name:
        yield from _changed(f"{label}: address", old.address, new.address)
    yield from _changed(f"{label}: port", old.port, new.port)
    yield from _changed(f"{label}: host name", old.name or "none", new.name or "none")
    yield from _changed(f"{label}: health checks", _on(old.checked), _on(new.checked))
    yield from _changed(f"{label}: agent checks", _on(old.agent_checked), _on(new.agent_checked))
    yield from _changed(
        f"{label}: checked address", old.check_address or "its own", new.check_address or "its own"
    )
    yield from _changed(f"{label}: checked port", old.check_port, new.check_port)
    yield from _changed(f"{label}: TLS", _on(old.tls), _on(new.tls))


def _frontends(before: Running, now: Running) -> Iterator[str]:
    new = {each.name: each for each in now.frontends}
    for old in before.frontends:
        if old.name not in new:
            yield f"{old.name}: shut down at run time"
            continue
        yield from _changed(f"{old.name}: maxconn", old.limit, new[old.name].limit)
        yield from _changed(f"{old.name}: rate limit", old.rate_limit, new[old.name].rate_limit)
        if (old.status in _ACCEPTING) != (new[old.name].status in _ACCEPTING):
            yield from _changed(f"{old.name}: status", old.status, new[old.name].status)


def _maps(before: Running, now: Running) -> Iterator[str]:
    new = {each.file: each.entries for each in now.maps}
    for old in before.maps:
        entries = new.get(old.file, ())
        # The same key may stand several times; the first one counts, so order and repetition matter.
        if old.entries == entries:
            continue
        was = {entry.key: entry.value for entry in reversed(old.entries)}
        is_now = {entry.key: entry.value for entry in reversed(entries)}
        said = False
        for key in sorted(was.keys() | is_now.keys()):
            for words in _changed(f"{old.file}: {key}", was.get(key, "absent"), is_now.get(key, "absent")):
                said = True
                yield words
        if not said:
            yield f"{old.file}: entries repeated or in another order"


def _acls(before: Running, now: Running) -> Iterator[str]:
    new = {(each.number, each.file): each.entries for each in now.acls}
    for old in before.acls:
        count = new.get((old.number, old.file), old.entries)
        yield from _changed(f"acl {old.file or f'#{old.number}'}: entries in memory", old.entries, count)


def _changed(what: str, old: object, new: object) -> Iterator[str]:
    if old != new:
        yield f"{what}: {old} approved, {new} running"


def _admin(bits: int) -> str:
    said = [word for bit, word in _ADMIN if bits & bit]
    if bits & 0x04:
        said.append("disabled in the file")
    return " and ".join(said) or "ready"


def _on(value: bool) -> str:
    return "on" if value else "off"
