"""The options of `bind`, `server`, `cookie` and `stick-table`: which are allowed, and the form of each value."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from game.core.haproxy.policy.grammar import Form, check_form
from game.core.haproxy.policy.permissions import NotAllowed, is_loopback
from game.core.haproxy.vocabulary import BIND_FLAGS, SERVER_FLAGS, word_set

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from game.core.haproxy.policy.permissions import Permissions

_TLS = {
    "alpn": "<list>",
    "ca-file": "<file:certificate>",
    "ciphers": "<cipher>",
    "ciphersuites": "<cipher>",
    "crt": "<file:certificate>",
    "proto": "h1|h2",
    "ssl-max-ver": "TLSv1.0|TLSv1.1|TLSv1.2|TLSv1.3",
    "ssl-min-ver": "TLSv1.0|TLSv1.1|TLSv1.2|TLSv1.3",
    "tcp-ut": "<time>",
}
_BIND: Mapping[str, str] = (
    dict.fromkeys(BIND_FLAGS - word_set("generate-certificates transparent"), "")
    | _TLS
    | {
        "backlog": "<int:1:65536>",
        "curves": "<cipher>",
        "ecdhe": "<cipher>",
        "id": "<int:1:100000>",
        "maxconn": "<int:1:100000>",
        "name": "<name>",
        "nice": "<int:0:1024>",
        "verify": "none|optional|required",
    }
)
_SERVER: Mapping[str, str] = (
    dict.fromkeys(SERVER_FLAGS - word_set("check-via-socks4"), "")
    | _TLS
    | {
        "addr": "<host>",
        "agent-addr": "<host>",
        "agent-inter": "<time>",
        "agent-port": "<port>",
        "agent-send": "<text>",
        "check-alpn": "<list>",
        "check-proto": "h1|h2",
        "check-sni": "<host>",
        "cookie": "<name>",
        "downinter": "<time>",
        "error-limit": "<int:1:100000>",
        "fall": "<int:1:1000>",
        "fastinter": "<time>",
        "id": "<int:1:100000>",
        "init-addr": "none|last|last,none",
        "inter": "<time>",
        "max-reuse": "<int:0:1000000>",
        "maxconn": "<int:0:100000>",
        "maxqueue": "<int:0:1000000>",
        "minconn": "<int:0:100000>",
        "observe": "layer4|layer7",
        "on-error": "fastinter|fail-check|sudden-death|mark-down",
        "on-marked-down": "shutdown-sessions",
        "on-marked-up": "shutdown-backup-sessions",
        "pool-low-conn": "<int:0:100000>",
        "pool-max-conn": "<int:0:100000>",
        "pool-purge-delay": "<time>",
        "port": "<port>",
        "proxy-v2-options": "<list>",
        "resolve-prefer": "ipv4|ipv6",
        "resolvers": "<name>",
        "rise": "<int:1:1000>",
        "slowstart": "<time>",
        "sni": "<expression>",
        "track": "<list>",
        "verify": "none|required",
        "verifyhost": "<host>",
        "weight": "<int:0:256>",
        "ws": "auto|h1|h2",
    }
)
_COOKIE: Mapping[str, str] = dict.fromkeys(
    word_set("rewrite insert prefix indirect nocache postonly preserve httponly secure dynamic"), ""
) | {"domain": "<host>", "maxidle": "<time>", "maxlife": "<time>", "attr": "<text>"}
_TABLE: Mapping[str, str] = {
    "type": "ip|ipv6|integer|string|binary",
    "len": "<int:1:1024>",
    "size": "<size>",
    "expire": "<time>",
    "nopurge": "",
    "peers": "<name>",
    "store": "<store>",
    "srvkey": "name|addr",
}
_MOST_SERVERS = 16
_RANGE = re.compile(r"(?:([0-9]{1,2})-)?([0-9]{1,2})")


def check_bind(words: Sequence[str], permissions: Permissions) -> None:
    """Check the words after `bind`: one loopback address with a port, then options."""
    check_form(Form(sequence="<endpoint>"), words[:1], permissions)
    check_form(Form(options=_BIND), words[1:], permissions)


def check_cookie(words: Sequence[str], permissions: Permissions) -> None:
    check_form(Form(sequence="<name>", options=_COOKIE), words, permissions)


def check_table(words: Sequence[str], permissions: Permissions) -> None:
    check_form(Form(options=_TABLE), words, permissions)
    for name, value in pairwise(words):
        if name == "peers" and value not in permissions.peers:
            raise NotAllowed(f"the peers `{value[:40]}`", "name a section `peers` of this configuration")


def check_server(words: Sequence[str], inherited: Sequence[str], permissions: Permissions) -> None:
    """Check a line of server, server-template or default-server; `inherited` are the words of default-servers above."""
    head = {"default-server": 0, "server": 2, "server-template": 3}[words[0]]
    rest = words[1 + head :]
    if len(words) < 1 + head:
        raise NotAllowed("a server without an address", "give its name and 127.0.0.1:port")
    check_form(Form(options=_SERVER), rest, permissions)
    for name, value in pairwise(rest):
        if name in {"addr", "agent-addr"} and not is_loopback(value):
            raise NotAllowed(f"`{name} {value[:80]}`", "give a loopback address in numbers")
    if not head:
        return
    check_form(Form(sequence="<name>"), words[1:2], permissions)
    if words[0] == "server-template":
        _check_count(words[2])
    _check_target(words[head], [*inherited, *rest], permissions)


def _check_count(word: str) -> None:
    found = _RANGE.fullmatch(word)
    if found is None or not int(found[1] or 1) <= int(found[2]) <= _MOST_SERVERS:
        raise NotAllowed(f"the number of servers `{word[:40]}`", f"give a number from 1 to {_MOST_SERVERS}")


def _check_target(address: str, options: Sequence[str], permissions: Permissions) -> None:
    """Allow a loopback address, or a name that only the stack's own resolvers look up, and not while checking."""
    host, _, port = address.rpartition(":")
    if not host or is_loopback(host):
        permissions.check_endpoint(address)
        return
    pairs = set(pairwise(options))
    if not any(("resolvers", name) in pairs for name in permissions.resolvers):
        raise NotAllowed(f"the server address `{address[:80]}`", "write 127.0.0.1:port or [::1]:port")
    # The last one counts, and without it HAProxy asks the machine's own resolver at once.
    last = [value for name, value in pairwise(options) if name == "init-addr"][-1:]
    if last not in (["none"], ["last,none"]):
        raise NotAllowed(
            f"`{address[:80]}` without `init-addr none`", "add it, so that no query is sent at the start"
        )
    check_form(Form(sequence="<host>"), [host], permissions)
    permissions.check_port(port)
