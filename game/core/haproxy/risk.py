"""How risky differences are, with the reason for each: what a change-control rule asks about."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from game.core.haproxy.tokens import split_words
from game.core.haproxy.vocabulary import word_set

if TYPE_CHECKING:
    from collections.abc import Iterable

    from game.core.haproxy.difference import Difference


class Risk(StrEnum):
    """What users may feel of a change. Everything but `HARMLESS` is risky."""

    HARMLESS = "harmless"
    ROUTING = "routing"
    PERSISTENCE = "persistence"
    TLS = "tls"
    LIMITS = "limits"
    CHECKS = "checks"
    TIMEOUTS = "timeouts"
    ACCESS = "access"
    REQUESTS = "requests"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why one difference counts as it does; `difference` is its wording."""

    risk: Risk
    difference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskClass:
    """All reasons, in the order of the differences. A change is risky as soon as one of them is."""

    reasons: tuple[Reason, ...]

    @property
    def is_risky(self) -> bool:
        return any(reason.risk is not Risk.HARMLESS for reason in self.reasons)

    @property
    def risks(self) -> tuple[Risk, ...]:
        """The distinct risks, harmless left out, in the order in which Risk lists them."""
        found = {reason.risk for reason in self.reasons}
        return tuple(risk for risk in Risk if risk in found and risk is not Risk.HARMLESS)


_HARMLESS = word_set(
    "log log-format log-format-sd error-log-format log-tag log-send-hostname description node id unique-id-header "
    "unique-id-format"
)
_HARMLESS_OPTIONS = word_set(
    "httplog tcplog httpslog dontlognull dontlog-normal log-separate-errors log-health-checks logasap contstats "
    "socket-stats"
)
_BY_KEYWORD = {
    **dict.fromkeys(
        word_set(
            "bind mode use_backend default_backend use-server balance hash-type hash-balance-factor redirect dispatch "
            "disabled enabled nameserver hold"
        ),
        Risk.ROUTING,
    ),
    **dict.fromkeys(
        word_set("cookie stick stick-table peer peers force-persist ignore-persist"), Risk.PERSISTENCE
    ),
    **dict.fromkeys(
        word_set(
            "maxconn fullconn rate-limit backlog nbthread maxconnrate maxsessrate maxsslconn max-session-srv-conns "
            "max-keep-alive-queue"
        ),
        Risk.LIMITS,
    ),
    **dict.fromkeys(word_set("http-check tcp-check monitor-uri monitor"), Risk.CHECKS),
    **dict.fromkeys(word_set("timeout retries retry-on hard-stop-after"), Risk.TIMEOUTS),
    "acl": Risk.ACCESS,
}
_BY_OPTION = {
    **dict.fromkeys(word_set("httpchk tcp-check ssl-hello-chk"), Risk.CHECKS),
    **dict.fromkeys(word_set("redispatch"), Risk.TIMEOUTS),
    **dict.fromkeys(word_set("persist prefer-last-server"), Risk.PERSISTENCE),
    **dict.fromkeys(word_set("forwardfor originalto"), Risk.REQUESTS),
}
_ACCESS_ACTIONS = word_set("allow deny tarpit reject silent-drop auth track-sc0 track-sc1 track-sc2 accept")
# A header for our own tracing, which no service decides by.
_LOG_HEADERS = word_set("x-request-id x-correlation-id x-trace-id x-request-start")
_SERVER_WORDS = (
    (word_set("cookie"), Risk.PERSISTENCE),
    (word_set("maxconn minconn maxqueue"), Risk.LIMITS),
    (word_set("ssl no-ssl verify ca-file sni crt alpn ciphers ssl-min-ver ssl-max-ver"), Risk.TLS),
    (
        word_set(
            "check no-check inter fall rise port check-ssl no-check-ssl check-sni agent-check observe on-error fastinter"
        ),
        Risk.CHECKS,
    ),
)


def risk(differences: Iterable[Difference]) -> RiskClass:
    """Class every difference. What is not known to be harmless is risky."""
    return RiskClass(
        reasons=tuple(
            Reason(risk=_risk(difference), difference=difference.in_words) for difference in differences
        )
    )


def _risk(difference: Difference) -> Risk:
    old, new = _words(difference.old), _words(difference.new)
    if difference.keyword in {"section", "from"}:
        return Risk.ROUTING
    if old and new and _keyword(old) != _keyword(new):
        return _worse(_line_risk(_keyword(old), old, ()), _line_risk(_keyword(new), (), new))
    return _line_risk(difference.keyword, old, new)


def _keyword(words: tuple[str, ...]) -> str:
    return words[1] if words[0] in {"no", "default"} and len(words) > 1 else words[0]


def _worse(one: Risk, other: Risk) -> Risk:
    return other if one is Risk.HARMLESS else one


def _line_risk(keyword: str, old: tuple[str, ...], new: tuple[str, ...]) -> Risk:
    words = new or old
    if keyword in _HARMLESS:
        return Risk.HARMLESS
    if keyword in {"server", "default-server", "server-template"}:
        return _server_risk(old, new)
    if keyword in {"http-request", "http-response", "http-after-response", "tcp-request", "tcp-response"}:
        return _worse(_rule_risk(old or new), _rule_risk(new or old))
    if keyword == "option":
        name = next((word for word in words[1:] if word != "option"), "")
        return Risk.HARMLESS if name in _HARMLESS_OPTIONS else _BY_OPTION.get(name, Risk.REQUESTS)
    if keyword == "capture" or (keyword == "stats" and words[1:2] != ("admin",)):
        return Risk.HARMLESS
    if keyword.startswith(("ssl-", "tune.ssl.")):
        return Risk.TLS
    if keyword == "bind" and old and new and old[:2] == new[:2]:
        return Risk.TLS if "ssl" in old + new else Risk.ROUTING
    return Risk.LIMITS if keyword.startswith("tune.") else _BY_KEYWORD.get(keyword, Risk.OTHER)


def _server_risk(old: tuple[str, ...], new: tuple[str, ...]) -> Risk:
    """Class a server by the first of its options that differs; a server that comes, goes or moves is routing."""
    if not old or not new or (old[:3] != new[:3] and old[0] != "default-server"):
        return Risk.ROUTING
    before, after = set(_pairs(old)), set(_pairs(new))
    changed = {name for name, _ in before ^ after}
    return next((found for names, found in _SERVER_WORDS if names & changed), Risk.ROUTING)


def _pairs(words: tuple[str, ...]) -> list[tuple[str, str]]:
    return list(zip(words, (*words[1:], ""), strict=True))


def _rule_risk(words: tuple[str, ...]) -> Risk:
    action = (
        words[2] if words[0].startswith("tcp-") and len(words) > 2 else words[1] if len(words) > 1 else ""
    )
    if action in {"capture", "set-log-level"}:
        return Risk.HARMLESS
    if action in {"set-header", "add-header"} and words[2].lower() in _LOG_HEADERS:
        return Risk.HARMLESS
    return Risk.ACCESS if action in _ACCESS_ACTIONS else Risk.REQUESTS


def _words(text: str) -> tuple[str, ...]:
    return split_words(text, 0).words if text else ()
