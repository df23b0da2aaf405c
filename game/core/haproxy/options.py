"""Lines whose options may stand in any order: `server`, `bind`, `cookie`, `stick-table`; each option with its values.

An option that is repeated, or undone by its negation, keeps its order among its like: the last one counts, and the first
`crt` is the default certificate. A line with an option that is not listed here is left as it stands.
"""

from __future__ import annotations

from dataclasses import dataclass

from game.core.haproxy.units import TimeUnit, duration, size

_TLS_BOTH = "force-sslv3 force-tlsv10 force-tlsv11 force-tlsv12 force-tlsv13 no-sslv3 no-tlsv10 no-tlsv11 no-tlsv12 no-tlsv13"
SERVER_FLAGS = frozenset(
    "agent-check allow-0rtt backup check check-send-proxy check-ssl check-via-socks4 disabled enabled no-agent-check "
    "no-backup no-check no-check-send-proxy no-check-ssl no-send-proxy no-send-proxy-v2 no-send-proxy-v2-ssl "
    "no-send-proxy-v2-ssl-cn no-ssl no-ssl-reuse no-tfo no-tls-tickets non-stick send-proxy send-proxy-v2 "
    f"send-proxy-v2-ssl send-proxy-v2-ssl-cn ssl ssl-reuse stick tfo tls-tickets {_TLS_BOTH}".split()
)
SERVER_VALUES = frozenset(
    "addr agent-addr agent-inter agent-port agent-send alpn ca-file check-alpn check-proto check-sni ciphers ciphersuites "
    "cookie crl-file crt downinter error-limit fall fastinter id init-addr inter log-proto max-reuse maxconn maxqueue "
    "minconn namespace npn observe on-error on-marked-down on-marked-up pool-low-conn pool-max-conn pool-purge-delay "
    "port proto proxy-v2-options redir resolve-net resolve-opts resolve-prefer resolvers rise shard slowstart sni socks4 "
    "ssl-max-ver ssl-min-ver tcp-ut track verify verifyhost weight ws".split()
)
BIND_FLAGS = frozenset(
    "accept-proxy allow-0rtt defer-accept generate-certificates no-alpn no-ca-names no-tls-tickets prefer-client-ciphers "
    f"ssl strict-sni tfo transparent v4v6 v6only {_TLS_BOTH}".split()
)
BIND_VALUES = frozenset(
    "accept-netscaler-cip alpn backlog ca-file ca-ignore-err ca-sign-file ca-sign-pass ca-verify-file ciphers ciphersuites "
    "client-sigalgs crl-file crt crt-ignore-err crt-list curves ecdhe expose-fd gid group id interface level maxconn mode "
    "mss name namespace nice npn process proto severity-output shards sigalgs ssl-max-ver ssl-min-ver tcp-ut thread "
    "tls-ticket-keys uid user verify".split()
)
_COOKIE_FLAGS = frozenset(
    "rewrite insert prefix indirect nocache postonly preserve httponly secure dynamic".split()
)
_COOKIE_VALUES = frozenset("domain maxidle maxlife attr".split())
_TABLE_FLAGS = frozenset({"nopurge", "recv-only"})
_TABLE_VALUES = frozenset("type size expire peers store srvkey write-to brates-factor".split())
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
            head, options = 2, _options(words[2:], _COOKIE_FLAGS, _COOKIE_VALUES)
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
    if len(words) >= 4 and words[0] == "type" and words[2] == "len":
        length, words = words[2:4], words[:2] + words[4:]
    options = _options(words, _TABLE_FLAGS, _TABLE_VALUES)
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
