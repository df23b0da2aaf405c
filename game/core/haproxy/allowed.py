"""Whether a configuration says only what a trainee's configuration may say. See policy/ for the words themselves.

Checking a configuration with HAProxy is already running it, so this stands before any check by HAProxy. It works on words
as HAProxy reads them, so no spelling gets around it, and it knows what is allowed instead of what is dangerous.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ParamSpec

from game.core.haproxy.configuration import PROXIES, Configuration, Line, Section
from game.core.haproxy.policy.conditions import check_acl
from game.core.haproxy.policy.grammar import MAX_WORD, Form, check_form
from game.core.haproxy.policy.options import check_bind, check_cookie, check_server, check_table
from game.core.haproxy.policy.permissions import NotAllowed, Permissions
from game.core.haproxy.policy.rules import ACTIONS, check_rule
from game.core.haproxy.policy.settings import CACHE, GLOBAL, LOG, PEERS, PROXY, RESOLVERS, USERLIST

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MAX_LINES = 1000
MAX_SECTIONS = 64
MAX_CHARACTERS = 64 * 1024

_LAYERS = frozenset(layer.split()[0] for layer in ACTIONS)
_PLAIN: Mapping[str, Mapping[str, Form]] = {
    "global": GLOBAL,
    "resolvers": RESOLVERS,
    "cache": CACHE,
    "peers": PEERS,
    "userlist": USERLIST,
}
_P = ParamSpec("_P")


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One thing that is not allowed, on which line (0: the whole file), and what to write instead."""

    line: int
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.what} is not allowed here ({self.remedy})"


def allowed(
    configuration: Configuration,
    *,
    files: frozenset[str],
    resolvers: frozenset[str] = frozenset(),
    ports: frozenset[int] | None = None,
) -> tuple[Violation, ...]:
    """List every violation; empty means that HAProxy may be asked to check it.

    `files` are paths relative to HAProxy's folder that lines may name: certificates (.pem, .crt), maps (.map, .lst, .acl)
    and error pages (.http). `resolvers` are the sections by which servers may be given by name. `ports`, when given, are
    the only ones to listen on, connect to or log to.
    """
    peers = frozenset(section.name for section in configuration.sections if section.keyword == "peers")
    permissions = Permissions(files=files, resolvers=resolvers, ports=ports, peers=peers)
    found = list(_limits(configuration))
    directive = _directive()
    found += [
        Violation(line=line.number, what=directive.what, remedy=directive.remedy)
        for line in configuration.preamble
    ]
    for section in configuration.sections:
        found += _section(section, configuration, permissions)
    return tuple(found)


def _directive() -> NotAllowed:
    return NotAllowed("a directive", "write the settings themselves, without .if and the like")


def _environment() -> NotAllowed:
    return NotAllowed(
        "a reference to the environment", "write the value itself; in a literal, escape $ as \\$"
    )


def _limits(configuration: Configuration) -> list[Violation]:
    lines = configuration.lines
    characters = sum(len(word) + 1 for line in lines for word in line.words)
    measured = (
        ("sections", len(configuration.sections), MAX_SECTIONS),
        ("lines", len(lines), MAX_LINES),
        ("characters", characters, MAX_CHARACTERS),
    )
    return [
        Violation(line=0, what=f"{count} {name}", remedy=f"keep to {most} {name}")
        for name, count, most in measured
        if count > most
    ]


def _section(section: Section, configuration: Configuration, permissions: Permissions) -> list[Violation]:
    found = [_caught(section.number, _check_header, section)]
    inherited = _default_server_words(section, configuration)
    for line in section.lines:
        if line.words[0] == "default-server":
            inherited += line.words[1:]
        found.append(_caught(line.number, _check_line, section, line, tuple(inherited), permissions))
    return [violation for violation in found if violation is not None]


def _caught(number: int, check: Callable[_P, None], *args: _P.args, **kwargs: _P.kwargs) -> Violation | None:
    """Run one check and turn its refusal into a violation of that line."""
    try:
        check(*args, **kwargs)
    except NotAllowed as refused:
        return Violation(line=number, what=refused.what, remedy=refused.remedy)
    return None


def _check_header(section: Section) -> None:
    """Refuse kinds of sections that run programs, open other doors, or that no stack needs."""
    if section.keyword not in PROXIES | {"defaults"} | _PLAIN.keys():
        raise NotAllowed(f"a section `{section.keyword}`", "remove the section")
    if section.expansions:
        raise _environment()
    for name in (section.name, section.parent):
        if name:
            check_form(Form(sequence="<name>"), [name], Permissions(files=frozenset()))


def _check_line(section: Section, line: Line, inherited: tuple[str, ...], permissions: Permissions) -> None:
    if line.is_directive:
        raise _directive()
    if line.expansions:
        raise _environment()
    for word in line.words:
        _check_word(word)
    if section.keyword in _PLAIN:
        _check_plain(_PLAIN[section.keyword], line.words, permissions)
    elif section.keyword in PROXIES or section.keyword == "defaults":
        _check_proxy(section, line.words, inherited, permissions)


def _check_word(word: str) -> None:
    if not word:
        raise NotAllowed("an empty word", "leave it out: HAProxy stops reading the line there")
    if len(word) > MAX_WORD:
        raise NotAllowed(f"a word of {len(word)} characters", f"keep to {MAX_WORD}")
    if not word.isprintable() and not word.replace("\t", " ").isprintable():
        raise NotAllowed("a control character", "write printable text")


def _check_plain(forms: Mapping[str, Form], words: tuple[str, ...], permissions: Permissions) -> None:
    keyword, rest = words[0], words[1:]
    if keyword == "log" and forms is GLOBAL:
        _check_log(rest, permissions)
    elif keyword in forms:
        check_form(forms[keyword], rest, permissions)
    else:
        raise NotAllowed(f"`{keyword[:60]}` in this section", "remove the line")


def _check_proxy(
    section: Section, words: tuple[str, ...], inherited: tuple[str, ...], permissions: Permissions
) -> None:
    keyword, rest = words[0], words[1:]
    match keyword:
        case "no":
            _check_negated(rest)
        case "log":
            _check_log(rest, permissions)
        case "acl":
            check_acl(rest, permissions)
        case "bind" if section.keyword != "defaults":
            check_bind(rest, permissions)
        case "server" | "server-template" if section.keyword != "defaults":
            check_server(words, inherited, permissions)
        case "default-server":
            check_server(words, inherited, permissions)
        case "cookie":
            check_cookie(rest, permissions)
        case "stick-table" if section.keyword != "defaults":
            check_table(rest, permissions)
        case _ if keyword in _LAYERS:
            check_rule(words, permissions)
        case _:
            _check_setting(words, permissions)


def _check_setting(words: tuple[str, ...], permissions: Permissions) -> None:
    """Look a setting up by its first two words, then by its first."""
    two = " ".join(words[:2])
    if two in PROXY:
        check_form(PROXY[two], words[2:], permissions)
    elif words[0] in PROXY:
        check_form(PROXY[words[0]], words[1:], permissions)
    else:
        raise NotAllowed(f"`{two[:60]}` in this section", "remove the line, or use an ordinary setting")


def _check_negated(words: tuple[str, ...]) -> None:
    """Allow `no log` and `no option NAME`; HAProxy negates nothing else that matters here."""
    if words != ("log",) and not (len(words) == 2 and words[0] == "option" and f"option {words[1]}" in PROXY):
        raise NotAllowed(f"`no {' '.join(words[:2])[:60]}`", "negate an option by its name only, or the log")


def _check_log(words: tuple[str, ...], permissions: Permissions) -> None:
    """Allow `log global` and log targets on loopback by UDP."""
    if words == ("global",):
        return
    check_form(LOG, words, permissions)


def _default_server_words(section: Section, configuration: Configuration) -> list[str]:
    """Gather what `default-server` lines of the inherited `defaults` say, farthest first."""
    chain: list[Section] = []
    at = section.inherits
    while at is not None:
        chain.insert(0, configuration.sections[at])
        at = configuration.sections[at].inherits
    return [
        word
        for defaults in chain
        for line in defaults.lines
        if line.words[0] == "default-server"
        for word in line.words[1:]
    ]
