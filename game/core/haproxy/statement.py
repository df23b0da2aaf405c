"""One line in canonical words, and the family within which its place matters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from game.core.haproxy.configuration import PROXIES, Line
from game.core.haproxy.options import take_apart
from game.core.haproxy.tokens import quote
from game.core.haproxy.units import TimeUnit, duration, size
from game.core.haproxy.vocabulary import RULES, word_set

if TYPE_CHECKING:
    from collections.abc import Iterable

# Options of which HAProxy keeps one per group, the last that is written.
_RIVAL_OPTIONS = {
    **dict.fromkeys(
        word_set(
            "httpchk tcp-check ssl-hello-chk smtpchk mysql-check pgsql-check redis-check ldap-check spop-check external-check"
        ),
        "option check",
    ),
    **dict.fromkeys(("httplog", "tcplog", "httpslog"), "log-format"),
    **dict.fromkeys(
        word_set("httpclose http-server-close http-keep-alive http-tunnel forceclose"), "option http-close"
    ),
    "transparent": "dispatch",
}
_ONE_FAMILY = {
    **dict.fromkeys(("server", "default-server", "server-template"), "server"),
    **dict.fromkeys(("force-persist", "ignore-persist"), "persist"),
    **dict.fromkeys(("capture", "declare"), "capture"),
    **dict.fromkeys(("enabled", "disabled"), "disabled"),
    **dict.fromkeys(
        ("errorfile", "errorfiles", "errorloc", "errorloc302", "errorloc303", "http-error"), "error"
    ),
    **dict.fromkeys(
        word_set("nbproc nbthread thread-group thread-groups cpu-map numa-cpu-mapping"), "threads"
    ),
    **dict.fromkeys(("set-var", "set-var-fmt"), "set-var"),
    **dict.fromkeys(("lua-load", "lua-load-per-thread", "lua-prepend-path"), "lua"),
    **dict.fromkeys(("ssl-engine", "ssl-provider", "ssl-provider-path", "ssl-propquery"), "ssl-provider"),
}
# Keywords whose second word makes them separate settings.
_TWO_WORDS = word_set("acl bind compression email-alert hold option stats timeout tcp-request tcp-response")
# Sections in which every line keeps its place.
_ORDERED_SECTIONS = word_set("peers program fcgi-app log-forward namespace_list traces")
_TIMES: dict[str, TimeUnit] = dict.fromkeys(
    ("close-spread-time", "grace", "hard-stop-after", "httpclient.timeout.connect", "max-spread-checks"), "ms"
)
_TIMES |= dict.fromkeys(
    ("clitcpka-idle", "clitcpka-intvl", "srvtcpka-idle", "srvtcpka-intvl", "tune.ssl.lifetime"), "s"
)
_OR = frozenset({"||", "OR"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """`words` are canonical; `text` is the line as it is written out; `number` is where it stood, for messages."""

    words: tuple[str, ...]
    family: str
    text: str
    number: int

    @property
    def keyword(self) -> str:
        """The setting's own word, behind a leading `no` or `default`."""
        return self.words[1] if self.words[0] in {"no", "default"} and len(self.words) > 1 else self.words[0]


def statements(section: str, lines: Iterable[Line], *, in_place: bool) -> tuple[Statement, ...]:
    """Bring the lines of one section into canonical words and order; `in_place` leaves the order as it is."""
    found = [statement(section, line) for line in lines]
    if in_place or section in _ORDERED_SECTIONS:
        return tuple(found)
    if section in PROXIES or section == "defaults":
        found = _without_mixed_slots(found)
        ranks = _acl_ranks(found)
    else:
        ranks = {}
    found.sort(key=lambda each: (ranks.get(each.family, _rank(each.family)), each.family, _within(each)))
    return tuple(found)


def statement(section: str, line: Line) -> Statement:
    """Bring one line into canonical words."""
    if line.expansions or line.is_directive:
        return Statement(words=line.words, family=line.words[0], text=_source(line), number=line.number)
    words = line.words
    while len(words) > 1 and not words[-1]:
        words = words[:-1]
    words = _canonical(words)
    return Statement(words=words, family=_family(section, words), text=write(words), number=line.number)


def write(words: tuple[str, ...]) -> str:
    """Write words as a line that HAProxy reads back as the same words."""
    # A line that begins with [ would be a scope.
    first = f"'{words[0]}'" if words[0].startswith("[") and "'" not in words[0] else quote(words[0])
    return " ".join((first, *map(quote, words[1:])))


def _source(line: Line) -> str:
    sources = {expansion.index: expansion.source for expansion in line.expansions}
    return " ".join(sources.get(index) or quote(word) for index, word in enumerate(line.words))


def _canonical(words: tuple[str, ...]) -> tuple[str, ...]:
    apart = take_apart(words)
    if apart is not None:
        return apart.words
    keyword = words[0]
    if keyword in RULES:
        words = _condition(words)
    match words:
        case ("http-request" | "http-response", "deny" | "tarpit", "deny_status", code, *rest):
            return (keyword, words[1], "status", code, *rest)
        case ("http-request" | "http-response", "wait-for-body", "time", time, "at-least", least, *rest):
            return (keyword, "wait-for-body", "time", duration(time), "at-least", size(least), *rest)
        case ("http-request" | "http-response", "wait-for-body", "time", time, *rest):
            return (keyword, "wait-for-body", "time", duration(time), *rest)
        case ("http-request", "set-timeout", name, time, *rest):
            return (keyword, "set-timeout", name, duration(time), *rest)
        case _:
            return _with_time(words)


def _with_time(words: tuple[str, ...]) -> tuple[str, ...]:
    """Spell the time of a setting that ends in one."""
    match words:
        case ("timeout" | "hold", name, time):
            return (words[0], name, duration(time))
        case ("tcp-request" | "tcp-response", "inspect-delay", time):
            return (words[0], "inspect-delay", duration(time))
        case ("stats", "refresh", time):
            return ("stats", "refresh", duration(time, "s"))
        case ("stats", "timeout", time):
            return ("stats", "timeout", duration(time))
        case (name, time) if name in _TIMES:
            return (name, duration(time, _TIMES[name]))
        case _:
            return words


def condition_start(words: tuple[str, ...]) -> int:
    """Tell the index of the `if` or `unless` that opens a rule's condition, or the number of words if it has none."""
    depth, found = 0, len(words)
    for index, word in enumerate(words):
        if word == "{":
            depth += 1
        elif word == "}":
            depth = max(0, depth - 1)
        elif depth == 0 and word in {"if", "unless"}:
            found = index
    return found


def _condition(words: tuple[str, ...]) -> tuple[str, ...]:
    """Spell `||` and `OR` as `or`, outside braces only: inside they are patterns."""
    if _OR.isdisjoint(words):
        return words
    depth, spelled = 0, list(words)
    for index in range(condition_start(words), len(words)):
        depth += (words[index] == "{") - (words[index] == "}")
        if depth == 0 and words[index] in _OR:
            spelled[index] = "or"
    return tuple(spelled)


def _family(section: str, words: tuple[str, ...]) -> str:
    if words[0] in {"no", "default"} and len(words) > 1:
        words = words[1:]
    keyword, second = words[0], words[1] if len(words) > 1 else ""
    if keyword == "option":
        return _RIVAL_OPTIONS.get(second, f"option {second}")
    if keyword in {"errorfile", "errorloc", "errorloc302", "errorloc303"} and section == "http-errors":
        return f"error {second}"
    if keyword in _TWO_WORDS:
        return f"{keyword} {second}"
    return _ONE_FAMILY.get(keyword, keyword)


def _within(each: Statement) -> str:
    """Lines of one acl are alternatives in any order; everything else of a family keeps its order."""
    return each.text if each.family.startswith("acl ") else ""


_ORDER = {
    family: rank
    for rank, family in enumerate(
        (
            "expose-experimental-directives",
            "mode",
            "acl",
            "",
            "option check",
            "http-check",
            "tcp-check",
            "capture",
            "rules",
            "tcp-request connection",
            "tcp-request session",
            "tcp-request content",
            "http-request",
            "redirect",
            "use_backend",
            "default_backend",
            "tcp-response content",
            "http-response",
            "http-after-response",
            "stick",
            "use-server",
            "server",
        )
    )
}


def _rank(family: str) -> int:
    return _ORDER["acl"] if family.startswith("acl ") else _ORDER.get(family, _ORDER[""])


def _acl_ranks(found: list[Statement]) -> dict[str, int]:
    """Put acls first, but those that are used above their first declaration last: HAProxy does not know them there."""
    used: set[str] = set()
    ranks: dict[str, int] = {}
    for each in found:
        if each.family.startswith("acl "):
            late = each.family[4:] in used
            ranks.setdefault(each.family, len(_ORDER) if late else _ORDER["acl"])
        else:
            words = each.words
            used.update(word.removeprefix("!") for word in words[condition_start(words) :])
    return ranks


def _without_mixed_slots(found: list[Statement]) -> list[Statement]:
    """Keep families together whose lines share numbered capture slots, since the slots are numbered as they are written."""
    sharing = {each.family for each in found if _takes_slot(each)}
    if len(sharing) < 2:
        return found
    return [
        Statement(words=each.words, family="rules", text=each.text, number=each.number)
        if each.family in sharing
        else each
        for each in found
    ]


def _takes_slot(each: Statement) -> bool:
    if each.family == "capture":
        return True
    return each.words[0] in RULES and "capture" in each.words[1:3] and "len" in each.words
