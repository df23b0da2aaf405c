"""A small grammar for lines: a sequence of kinds of words, then options in any order, then perhaps a condition.

A sequence is written as text: `<kind>` is a word of that kind, `a|b` one of these words, `?` behind either makes it
optional, `*` repeats it to the end. Kinds: see `_PATTERNS` and `_check_kind`; `<int:1:50>` is bounded, `<file:map>` is a
known file of that use.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from game.core.haproxy.policy.conditions import check_condition
from game.core.haproxy.policy.expressions import check_answer, check_expression, check_format
from game.core.haproxy.policy.permissions import FileUse, NotAllowed, Permissions
from game.core.haproxy.units import milliseconds, size_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

MAX_WORD = 2048
_LONGEST_MS = 24 * 3_600_000
_LARGEST_SIZE = 1 << 20
_WHOLE = re.compile(r"-?[0-9]{1,9}")
_OUTSIDE = -1_000_000_000
_PATTERNS = {
    "name": (re.compile(r"[A-Za-z0-9_.:-]{1,64}"), "a plain name"),
    "header": (re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}"), "a header's name"),
    "cipher": (re.compile(r"[A-Za-z0-9_:+!@=.-]{1,1024}"), "names of ciphers, separated by colons"),
    "list": (re.compile(r"[A-Za-z0-9_./,-]{1,256}"), "names, separated by commas"),
    "uri": (re.compile(r"/[\x21-\x7e]{0,512}"), "a path that begins with /"),
    "variable": (re.compile(r"(?:sess|txn|req|res|check)\.[A-Za-z0-9_.]{1,64}"), "a variable of sess, txn, req or res"),
    "host": (re.compile(r"[A-Za-z0-9.-]{1,255}"), "a host name"),
    "codes": (re.compile(r"[0-9]{3}(?:[,-][0-9]{3}){0,20}"), "status codes"),
    "network": (re.compile(r"[0-9a-f.:]{2,45}(?:/[0-9]{1,3})?"), "a network in numbers"),
    "store": (re.compile(r"[a-z0-9_]{1,40}(?:\([0-9a-z]{1,10}\))?(?:,[a-z0-9_]{1,40}(?:\([0-9a-z]{1,10}\))?)*"), "counters"),
}  # fmt: skip

_SAMPLES: Mapping[str, Callable[[str, Permissions], object]] = {
    "expression": check_expression,
    "format": check_format,
    "answer": check_answer,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What may follow a keyword: `sequence`, then `options` (each with the sequence of its values), then a condition."""

    sequence: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    condition: bool = False


def check_form(form: Form, words: Sequence[str], permissions: Permissions) -> None:
    """Refuse words that do not follow the form to their end."""
    rest = _take(form.sequence, list(words), permissions)
    while rest and rest[0] in form.options:
        rest = _take(form.options[rest[0]], rest[1:], permissions)
    if rest and form.condition and rest[0] in {"if", "unless"}:
        check_condition(rest[1:], permissions)
    elif rest:
        raise NotAllowed(f"`{rest[0][:80]}`", "leave it out, or see the reference for what may stand here")


def _take(sequence: str, words: list[str], permissions: Permissions) -> list[str]:
    """Take the words of a sequence from the front; give back the rest."""
    for part in sequence.split():
        kind, mark = (part[:-1], part[-1]) if part[-1] in "?*" else (part, "")
        if mark == "?" and (not words or not _fits(kind, words[0])):
            continue
        while words or not mark:
            if not words:
                raise NotAllowed("a line that ends early", f"give {kind.strip('<>')}")
            _check_word(kind, words.pop(0), permissions)
            if mark != "*":
                break
    return words


def _fits(kind: str, word: str) -> bool:
    """Whether an optional word is meant: a condition or another option may stand there instead."""
    if not kind.startswith("<"):
        return word in kind.split("|")
    return word not in {"if", "unless"}


def _check_word(kind: str, word: str, permissions: Permissions) -> None:
    if not kind.startswith("<"):
        if word not in kind.split("|"):
            raise NotAllowed(f"`{word[:80]}`", f"write one of: {', '.join(kind.split('|'))}")
        return
    name, *bounds = kind.strip("<>").split(":")
    if name in _PATTERNS:
        pattern, meant = _PATTERNS[name]
        if pattern.fullmatch(word) is None:
            raise NotAllowed(f"`{word[:80]}`", f"give {meant}")
        return
    _check_kind(name, bounds, word, permissions)


def _check_kind(name: str, bounds: list[str], word: str, permissions: Permissions) -> None:
    match name:
        case "int":
            number = int(word) if _WHOLE.fullmatch(word) else _OUTSIDE
            _within(word, number, int(bounds[0]), int(bounds[1]))
        case "time":
            time = milliseconds(word)
            _within(word, _OUTSIDE if time is None else time, 0, _LONGEST_MS)
        case "size":
            size = size_of(word)
            _within(word, _OUTSIDE if size is None else size, 1, _LARGEST_SIZE)
        case "file":
            permissions.check_file(word, cast("FileUse", bounds[0].replace("-", " ")))
        case "endpoint":
            permissions.check_endpoint(word)
        case "port":
            permissions.check_port(word)
        case "expression" | "format" | "answer":
            _SAMPLES[name](word, permissions)
        case "text":
            return
        case _:
            raise AssertionError(f"no such kind of word: {name}")


def _within(word: str, number: int, least: int, most: int) -> None:
    if not least <= number <= most:
        raise NotAllowed(f"the value `{word[:40]}`", f"give a value from {least} to {most}")
