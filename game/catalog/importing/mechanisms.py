"""One difference -> the word of the taxonomy it most likely answers to: a table by keyword, refined by what changed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from game.core.haproxy.invalid import ConfigurationInvalid
from game.core.haproxy.options import take_apart
from game.core.haproxy.risk import Risk
from game.core.haproxy.tokens import split_words
from game.core.haproxy.units import milliseconds

if TYPE_CHECKING:
    from game.core.haproxy.difference import Difference

_BY_RISK = {
    Risk.ROUTING: "canary-misrouted",
    Risk.PERSISTENCE: "affinity-lost",
    Risk.TLS: "tls-version",
    Risk.LIMITS: "connection-limit",
    Risk.CHECKS: "health-check-wrong",
    Risk.TIMEOUTS: "timeout-too-short",
    Risk.ACCESS: "acl-too-broad",
    Risk.REQUESTS: "header-rewritten",
    Risk.OTHER: "runtime-drift",
    Risk.HARMLESS: "false-alarm",
}
_BY_KEYWORD = {
    "cookie": "affinity-lost", "balance": "affinity-lost", "hash-type": "weight-skew", "stick": "affinity-lost",
    "stick-table": "stick-table-lost", "peers": "stick-table-lost", "peer": "stick-table-lost",
    "use_backend": "canary-misrouted", "default_backend": "canary-misrouted", "use-server": "canary-misrouted",
    "retries": "retry-masks", "retry-on": "retry-masks", "http-check": "health-check-wrong",
    "tcp-check": "health-check-wrong", "errorfile": "error-page-disguise", "http-error": "error-page-disguise",
    "errorloc": "error-page-disguise", "maxconn": "connection-limit", "fullconn": "server-queue",
    "rate-limit": "connection-limit", "tune.bufsize": "buffer-too-small", "tune.maxrewrite": "buffer-too-small",
    "tune.http.maxhdr": "buffer-too-small", "nameserver": "dns-address", "hold": "dns-address", "cache": "cache-wrong",
    "redirect": "path-rewritten", "http-reuse": "protocol-mismatch", "mode": "protocol-mismatch",
}  # fmt: skip
_BY_OPTION = {
    "redispatch": "retry-masks", "httpchk": "health-check-wrong", "forwardfor": "client-address-lost",
    "originalto": "client-address-lost", "ssl-hello-chk": "health-check-wrong", "tcp-check": "health-check-wrong",
    "prefer-last-server": "affinity-lost", "persist": "affinity-lost",
}  # fmt: skip
_BY_ACTION = {
    "del-header": "header-dropped", "set-header": "header-rewritten", "add-header": "header-rewritten",
    "replace-header": "header-rewritten", "replace-value": "header-rewritten", "deny": "acl-too-broad",
    "reject": "acl-too-broad", "tarpit": "acl-too-broad", "silent-drop": "acl-too-broad", "set-path": "path-rewritten",
    "replace-path": "path-rewritten", "set-uri": "path-rewritten", "replace-uri": "path-rewritten",
    "redirect": "path-rewritten", "set-src": "client-address-lost", "cache-use": "cache-wrong", "cache-store": "cache-wrong",
    "track-sc0": "rate-limit-key", "track-sc1": "rate-limit-key", "track-sc2": "rate-limit-key",
    "return": "error-page-disguise", "set-status": "error-page-disguise", "set-map": "map-entry",
    "do-resolve": "dns-address", "set-dst": "dns-address",
}  # fmt: skip
_BY_SERVER_OPTION = (
    ({"cookie"}, "affinity-ambiguous"),
    ({"weight"}, "weight-skew"),
    ({"backup", "disabled", "no-backup", "enabled"}, "capacity-removed"),
    ({"maxconn", "minconn", "maxqueue"}, "server-queue"),
    ({"verify", "ca-file", "sni", "verifyhost", "crt"}, "tls-server-verification"),
    ({"ssl", "no-ssl", "alpn", "proto", "send-proxy", "send-proxy-v2", "no-send-proxy"}, "protocol-mismatch"),
    ({"no-check"}, "health-check-blind"),
    ({"inter", "fall", "rise", "port", "addr", "check-sni", "check-ssl", "observe", "on-error"}, "health-check-wrong"),
    ({"resolvers", "init-addr"}, "dns-address"),
)  # fmt: skip
_RULES = {"http-request", "http-response", "http-after-response", "tcp-request", "tcp-response"}


def mechanism_of(difference: Difference, risk: Risk) -> str:
    """The id of a mechanism of the taxonomy; a suggestion for a person to check."""
    old, new = _words(difference.old), _words(difference.new)
    words, keyword = new or old, difference.keyword
    if keyword in {"server", "default-server", "server-template"}:
        return _server(old, new)
    if keyword in _RULES:
        return _rule(old, new)
    if keyword == "timeout":
        return _timeout(old, new)
    if keyword == "option":
        name = next((word for word in words if word not in {"no", "default", "option"}), "")
        gone = not new or new[0] == "no"
        return "health-check-blind" if name == "httpchk" and gone else _BY_OPTION.get(name, _BY_RISK[risk])
    if keyword == "bind":
        return _bind(old, new)
    if keyword == "cookie" and old and new and {"domain", "attr", "secure", "httponly"} & {*old, *new}:
        return "cookie-attribute"
    if keyword.startswith(("ssl-", "tune.ssl.")):
        return "tls-version"
    return _BY_KEYWORD.get(keyword, _BY_RISK[risk])


def _server(old: tuple[str, ...], new: tuple[str, ...]) -> str:
    if not old or not new:
        return "server-wrong-pool" if new else "capacity-removed"
    if old[0] != "default-server" and old[2:3] != new[2:3]:
        return "dns-address"
    before, after = take_apart(old), take_apart(new)
    if before is None or after is None:
        return "weight-skew"
    changed = {option.name for option in {*before.options} ^ {*after.options}}
    if "check" in changed:
        return (
            "health-check-wrong"
            if any(one.name == "check" for one in after.options)
            else "health-check-blind"
        )
    return next((found for names, found in _BY_SERVER_OPTION if names & changed), "weight-skew")


def _rule(old: tuple[str, ...], new: tuple[str, ...]) -> str:
    words = new or old
    at = 2 if words[0].startswith("tcp-") else 1
    action = words[at] if len(words) > at else ""
    text = " ".join((*old, *new)).lower()
    if "map(" in text or "map_" in text:
        return "map-entry"
    if "x-forwarded-for" in text or "x-real-ip" in text:
        return "client-address-lost"
    if "set-cookie" in text:
        return "cookie-attribute"
    if action in {"deny", "reject", "tarpit"} and re.search(r"_rate|429|sc\d_", text):
        return "rate-limit-threshold"
    if not new and action in {"set-header", "add-header"}:
        return "header-dropped"
    return _BY_ACTION.get(action, "header-rewritten")


def _timeout(old: tuple[str, ...], new: tuple[str, ...]) -> str:
    """Shorter or longer; a timeout that is gone waits for ever."""
    before = milliseconds(old[2]) if len(old) > 2 else None
    after = milliseconds(new[2]) if len(new) > 2 else None
    if after is None:
        return "timeout-too-long"
    return "timeout-too-short" if before is None or after < before else "timeout-too-long"


def _bind(old: tuple[str, ...], new: tuple[str, ...]) -> str:
    changed = {*old} ^ {*new}
    if any("ciphers" in word or word.startswith("ssl-m") or "tlsv" in word for word in changed):
        return "tls-version"
    if any(word.endswith((".pem", ".crt")) or word in {"crt", "crt-list"} for word in changed):
        return "tls-certificate"
    return "protocol-mismatch"


def _words(text: str) -> tuple[str, ...]:
    """A canonical line's words; none for a line that only carries an environment's text."""
    try:
        return split_words(text, 0).words if text else ()
    except ConfigurationInvalid:
        return ()
