"""What makes an experienced reader of a change ask back: mistakes that HAProxy accepts. In words, fit to be said."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from game.core.haproxy.configuration import parse
from game.core.haproxy.difference import differences
from game.core.haproxy.invalid import ConfigurationInvalid
from game.core.haproxy.units import milliseconds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from game.core.haproxy.configuration import Configuration
    from game.core.haproxy.difference import Difference

SHRINKS = 2
_LIMITS = ("maxconn", "fullconn", "tune.bufsize", "tune.maxrewrite", "rate-limit")
_CHECKS = ("httpchk", "tcp-check", "ssl-hello-chk")


def smells(old: str, new: str) -> tuple[str, ...]:
    """Doubts about the exchange of one configuration's text for another; empty when there are none to voice."""
    try:
        before, after = parse(old), parse(new)
    except ConfigurationInvalid:
        return ("it cannot be read",)
    found = [words for one in differences(before, after) for words in _of(one)]
    return tuple(dict.fromkeys((*found, *_shared_cookies(before, after))))


def _of(one: Difference) -> Iterator[str]:
    old, new = one.old.split(), one.new.split()
    if one.keyword == "server":
        yield from _server(one.section, old, new)
    if one.keyword in _LIMITS and old and new and _number(new) * SHRINKS <= _number(old):
        yield f"{one.section}: {one.keyword} falls from {_number(old)} to {_number(new)}"
    if one.keyword == "timeout" and old and new and _ms(new) * SHRINKS <= _ms(old):
        yield f"{one.section}: {' '.join(old[:2])} falls from {old[-1]} to {new[-1]}"
    if one.keyword == "option" and not new and any(check in old for check in _CHECKS):
        yield f"{one.section}: nothing asks any more whether servers are well"
    if one.keyword in {"cookie", "stick", "stick-table"} and not new:
        yield f"{one.section}: users no longer come back to their server"
    if one.keyword == "http-request" and {"deny", "return", "redirect", "tarpit"} & set(new[1:2]) and not old:
        yield f"{one.section}: answers instead of the service: {one.new}"
    if one.keyword in {"use_backend", "default_backend"} and one.kind != "removed" and new:
        yield f"{one.section}: sends users to {new[1]}: who agreed to that, and how many are they?"
    if one.kind == "moved":
        yield f"{one.section}: {one.keyword} in another order: the first one that fits counts"


def _server(section: str, old: list[str], new: list[str]) -> Iterator[str]:
    name = (new or old)[1] if len(new or old) > 1 else "a server"
    if not new:
        yield f"{section}: {name} is gone, and its capacity with it"
        return
    for word, doubt in (("check", "is no longer checked"), ("ssl", "is reached without TLS")):
        if word in old and word not in new:
            yield f"{section}: {name} {doubt}"
    if "none" in new and "none" not in old and "verify" in new:
        yield f"{section}: {name} is believed whatever certificate it shows"
    if "backup" in new and "backup" not in old:
        yield f"{section}: {name} only helps when all others are down"
    for word in ("weight", "maxconn"):
        before, after = _after(old, word), _after(new, word)
        if after and before and after * SHRINKS <= before:
            yield f"{section}: {name}: {word} falls from {before} to {after}"
        if word == "weight" and "weight" in new and not after:
            yield f"{section}: {name} gets nobody any more"


def _shared_cookies(before: Configuration, after: Configuration) -> Iterator[str]:
    """Servers of one backend that cannot be told apart, where they could be before."""
    known = _repeated(before)
    for section, value in sorted(_repeated(after) - known):
        yield f"{section}: two servers share the cookie {value}"


def _repeated(configuration: Configuration) -> set[tuple[str, str]]:
    found: Counter[tuple[str, str]] = Counter()
    for section in configuration.sections:
        for line in section.lines:
            words = list(line.words)
            if words[:1] == ["server"] and "cookie" in words[3:]:
                found[f"{section.keyword} {section.name}", words[words.index("cookie", 3) + 1]] += 1
    return {key for key, count in found.items() if count > 1}


def _number(words: list[str]) -> int:
    """The last whole number of a canonical line; 0 where there is none, which is no limit."""
    return next((int(word) for word in reversed(words) if word.isdigit()), 0)


def _ms(words: list[str]) -> int:
    return milliseconds(words[-1]) or 0


def _after(words: list[str], name: str) -> int:
    at = words.index(name) + 1 if name in words else len(words)
    return int(words[at]) if at < len(words) and words[at].isdigit() else 0
