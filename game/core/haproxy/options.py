"""Lines whose options may stand in any order: `server`, `bind`, `cookie`, `stick-table`; each option with its values.

An option that is repeated, or undone by its negation, keeps its order among its like: the last one counts, and the first
`crt` is the default certificate. A line with an option that is not listed here is left as it stands.
"""

from __future__ import annotations

from dataclasses import dataclass

from game.core.haproxy.units import TimeUnit, duration, size
from game.core.haproxy.vocabulary import (
    BIND_FLAGS,
    BIND_VALUES,
    COOKIE_FLAGS,
    COOKIE_VALUES,
    SERVER_FLAGS,
    SERVER_VALUES,
    TABLE_FLAGS,
    TABLE_VALUES,
)

# Options that overwrite or undo one another, beyond `X` and `no-X`.
_RIVALS = {"enabled": "disabled", "non-stick": "stick"}
_TIMES: dict[str, TimeUnit] = dict.fromkeys(
    ("agent-inter", "downinter", "expire", "fastinter", "inter", "pool-purge-delay", "slowstart", "tcp-ut"),
    "ms",
)
_TIMES |= dict.fromkeys(("maxidle", "maxlife"), "s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """An option and its values, such as `maxconn` and `60`. `rank` groups options that overwrite one another."""

    name: str
    values: tuple[str, ...] = ()

    @property
    def rank(self) -> str:
        if "tlsv" in self.name or "sslv" in self.name or self.name.startswith("ssl-m"):
            return "ssl-min-ver"
        plain = self.name.removeprefix("no-")
        if plain.startswith("send-proxy"):
            return "send-proxy"
        return _RIVALS.get(self.name, plain)

    @property
    def words(self) -> tuple[str, ...]:
        return (self.name, *self.values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Optioned:
    """A line taken apart: what stands first (keyword, name, address), then its options in canonical order."""

    head: tuple[str, ...]
    options: tuple[Option, ...]

    @property
    def words(self) -> tuple[str, ...]:
        return self.head + tuple(word for option in self.options for word in option.words)


def take_apart(words: tuple[str, ...]) -> Optioned | None:
    """Separate a line into head and options, sorted and in canonical units; None if it is not such a line."""
    match words[0]:
        case "server" | "server-template":
            head = 3 if words[0] == "server" else 4
            options = _options(words[head:], SERVER_FLAGS, SERVER_VALUES)
        case "default-server":
            head, options = 1, _options(words[1:], SERVER_FLAGS, SERVER_VALUES)
        case "bind":
            head, options = 2, _options(words[2:], BIND_FLAGS, BIND_VALUES)
        case "cookie":
            head, options = 2, _options(words[2:], COOKIE_FLAGS, COOKIE_VALUES)
        case "stick-table":
            head, options = 1, _table_options(words[1:])
        case _:
            return None
    if options is None or "" in words:
        return None
    # Equal ranks stay as they stand: sorting is stable.
    return Optioned(head=words[:head], options=tuple(sorted(options, key=lambda option: option.rank)))


def _options(
    words: tuple[str, ...], flags: frozenset[str], with_value: frozenset[str]
) -> tuple[Option, ...] | None:
    found = []
    rest = iter(words)
    for word in rest:
        if word in flags:
            found.append(Option(name=word))
        elif word in with_value and (value := next(rest, None)) is not None:
            found.append(Option(name=word, values=(_value(word, value),)))
        else:
            return None
    return tuple(found)


def _table_options(words: tuple[str, ...]) -> tuple[Option, ...] | None:
    """Read `type string len 32` as one option, and gather what is stored in a sorted list."""
    length: tuple[str, ...] = ()
    if "type" in words[:-3]:
        at = words.index("type") + 2
        if words[at] == "len":
            length, words = words[at : at + 2], words[:at] + words[at + 2 :]
    options = _options(words, TABLE_FLAGS, TABLE_VALUES)
    if options is None:
        return None
    stored = sorted(
        _stored(kind) for option in options if option.name == "store" for kind in option.values[0].split(",")
    )
    kept = [
        Option(name="type", values=option.values + length) if option.name == "type" else option
        for option in options
        if option.name != "store"
    ]
    return (*kept, Option(name="store", values=(",".join(stored),))) if stored else tuple(kept)


def _stored(kind: str) -> str:
    """Spell the period of a rate: `http_req_rate(10000)` is `http_req_rate(10s)`."""
    name, opening, period = kind.partition("(")
    if not opening or not period.endswith(")") or not name.endswith("_rate"):
        return kind
    return f"{name}({duration(period[:-1])})"


def _value(name: str, value: str) -> str:
    if name == "size":
        return size(value)
    unit = _TIMES.get(name)
    return value if unit is None else duration(value, unit)
