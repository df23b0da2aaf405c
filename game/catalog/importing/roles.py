"""Who plays whom: the proxies of somebody's configuration as those of our stack, and their names as ours."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from game.core.haproxy.vocabulary import word_set

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from game.core.haproxy.configuration import Configuration, Section
    from game.core.haproxy.difference import Difference

FRONTEND, BACKEND, CANARY, TABLE = (
    "frontend fe_auth",
    "backend be_auth",
    "backend be_canary",
    "backend st_login",
)
OUR_SERVERS = ("auth1", "auth2", "auth3", "auth4")
OUR_COOKIES = ("a1", "a2", "a3", "a4")
COOKIE = "SRVID"

# What of a `listen` section belongs to its servers' side.
_SERVERS_SIDE = word_set(
    "balance cookie server default-server server-template http-check tcp-check retries retry-on fullconn hash-type stick "
    "stick-table http-reuse use-server max-keep-alive-queue"
)
_SERVERS_TIMES = word_set("server connect queue check tunnel")
_SERVERS_OPTIONS = word_set(
    "httpchk redispatch prefer-last-server persist tcp-check ssl-hello-chk allbackups"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Roles:
    """`sections` maps titles of theirs to ours; `names` proxies' names; the rest servers and their cookies' values."""

    sections: Mapping[str, str]
    names: Mapping[str, str]
    servers: Mapping[str, str]
    cookies: Mapping[str, str]

    def section(self, difference: Difference) -> str:
        """The section of ours that a difference belongs to; empty if there is none."""
        ours = self.sections.get(difference.section, "")
        if ours == "listen":
            words = (difference.new or difference.old).split()
            return BACKEND if _is_servers_side(difference.keyword, words) else FRONTEND
        return ours

    def translated(self, words: Iterable[str]) -> tuple[str, ...]:
        """Words of theirs with their proxies' names as ours, wherever they stand as a word or an argument."""
        return tuple(self._word(word) for word in words)

    def _word(self, word: str) -> str:
        if word in self.names:
            return self.names[word]
        return re.sub(
            r"([(/])([A-Za-z0-9_.:-]+)(?=[),/])",
            lambda found: found[1] + self.names.get(found[2], found[2]),
            word,
        )


def cast(old: Configuration, new: Configuration, found: tuple[Difference, ...]) -> Roles:
    """Give everybody a role: the pool that changed (else the default one, else the largest) plays be_auth."""
    sections: dict[str, str] = {"global": "global"}
    names: dict[str, str] = {}
    pool = _pool(old, new, found)
    for section in (*old.sections, *new.sections):
        ours = _role(section, pool)
        if not ours:
            continue
        sections[section.title] = ours
        if section.keyword in {"frontend", "backend", "listen"}:
            names[section.name] = (BACKEND if ours == "listen" else ours).split()[1]
    servers, cookies = _servers(old, new, pool)
    return Roles(sections=sections, names=names, servers=servers, cookies=cookies)


def _role(section: Section, pool: str) -> str:
    match section.keyword:
        case "defaults":
            return "defaults"
        case "frontend":
            return "" if _is_for_operators(section) else FRONTEND
        case "listen" if _has(section, "server"):
            return "listen" if section.name == pool else ""
        case "backend" if _has(section, "server", "server-template"):
            return BACKEND if section.name == pool else CANARY
        case "backend" if _has(section, "stick-table"):
            return TABLE
        case _:
            return ""


def _pool(old: Configuration, new: Configuration, found: tuple[Difference, ...]) -> str:
    sections = {
        section.title: section
        for section in (*new.sections, *old.sections)
        if section.keyword in {"backend", "listen"} and _has(section, "server", "server-template")
    }
    changed = [
        sections[one.section].name for one in found if one.section in sections and one.keyword != "section"
    ]
    default = [
        line.words[-1]
        for configuration in (old, new)
        for section in configuration.sections
        for line in section.lines
        if line.words[0] == "default_backend" and f"backend {line.words[-1]}" in sections
    ]
    for name in default:
        if not changed or name in changed:
            return name
    if changed:
        return max(changed, key=changed.count)
    largest = max(sections.values(), key=lambda one: len(_lines(one, "server")), default=None)
    return largest.name if largest else ""


def _servers(old: Configuration, new: Configuration, pool: str) -> tuple[dict[str, str], dict[str, str]]:
    """Their servers in order as ours; more than we have begin again at the first."""
    servers: dict[str, str] = {}
    cookies: dict[str, str] = {}
    for configuration in (old, new):
        for section in configuration.sections:
            if section.name != pool or section.keyword not in {"backend", "listen"}:
                continue
            for line in _lines(section, "server"):
                place = len(servers) % len(OUR_SERVERS)
                servers.setdefault(line[1] if len(line) > 1 else "", OUR_SERVERS[place])
                if "cookie" in line[:-1]:
                    value = line[line.index("cookie") + 1]
                    cookies.setdefault(value, OUR_COOKIES[place])
    return servers, cookies


def _lines(section: Section, keyword: str) -> list[tuple[str, ...]]:
    return [line.words for line in section.lines if line.words[0] == keyword]


def _has(section: Section, *keywords: str) -> bool:
    return any(line.words[0] in keywords for line in section.lines)


def _is_for_operators(section: Section) -> bool:
    """Statistics, exporters, and what has no way to any pool."""
    words = {word for line in section.lines for word in line.words}
    return "prometheus-exporter" in words or (
        _has(section, "stats") and not _has(section, "default_backend", "use_backend")
    )


def _is_servers_side(keyword: str, words: list[str]) -> bool:
    if keyword == "timeout":
        return words[1:2] != [] and words[1] in _SERVERS_TIMES
    if keyword == "option":
        return bool(_SERVERS_OPTIONS & {*words})
    return keyword in _SERVERS_SIDE
