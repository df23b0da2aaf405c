"""HAProxy's messages about a configuration, made fit to be shown: what it complains about and on which line.

HAProxy quotes file names and what it read in files. What is shown is therefore what the writer of the configuration
wrote: a quoted value stays only if it stands in that configuration or in HAProxy's everyday vocabulary; a path never.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from game.core.haproxy.vocabulary import word_set

if TYPE_CHECKING:
    from collections.abc import Callable

LEFT_OUT = "…"
MAX_LINES = 12
MAX_CHARACTERS = 300
# What is looked at of one line, so that a long one costs no time.
LOOKED_AT = 2 * MAX_CHARACTERS

_HEAD = re.compile(r"^\[(?P<level>[A-Z]+)\]\s+(?:\S+\s+)?\(\d+\)\s*:\s*(?:config\s*:\s*)?")
_PLACE = re.compile(r"(?:parsing\s+)?\[?'?[^\s\[\]():']*\.cfg'?:(?P<line>\d+)\]?(?P<colon>\s*:)?")
_QUOTED = re.compile(r"(?P<open>['\"<])(?P<value>[^'\"<>]*)(?P<close>['\">])")
_PATH = re.compile(r"(?<![\w'%])(?:[\w.+-]*/)[\w.+/-]*|\b[\w-]+\.(?:cfg|map|pem|http|crt|key|lst|lua)\b")
_SUMMARY = re.compile(
    r"Error\(s\) found in configuration file|Fatal errors found in configuration|Loading failure"
)
_VOCABULARY = word_set(
    """
    client server connect check queue tunnel tarpit http-keep-alive http-request client-fin server-fin tcp http health
    timeout option mode balance bind default-server default_backend use_backend frontend backend listen defaults global
    acl if unless cookie maxconn weight inter rise fall ssl verify none required stick-table
    """
)


def cleaned(output: str, written: str, line_of: Callable[[int], int] = lambda line: line) -> tuple[str, ...]:
    """Return one message a line, the first twelve. What stands in `written` may be quoted.

    `line_of` turns a line number of the checked text into one of the text its writer knows.
    """
    found: dict[str, None] = {}
    left_out = 0
    for raw in output.splitlines():
        head = _HEAD.match(raw[:LOOKED_AT])
        if head is not None and head["level"] == "NOTICE":
            continue
        text = raw[head.end() if head else 0 :][:LOOKED_AT]
        if not text.strip() or text.startswith(("Success=", "--")) or _SUMMARY.match(text):
            continue
        if len(found) < MAX_LINES:
            found[_message(text, written, line_of)] = None
        else:
            left_out += 1
    return (*found, f"and {left_out} more") if left_out else tuple(found)


def _message(text: str, written: str, line_of: Callable[[int], int]) -> str:
    """Take the places out first, then quoted values, then paths; put the places back as line numbers."""
    places: list[str] = []

    def place(match: re.Match[str]) -> str:
        places.append(f"line {line_of(int(match['line']))}{':' if match['colon'] else ''}")
        return f"\0{len(places) - 1}\0"

    def quoted(match: re.Match[str]) -> str:
        value = match["value"]
        kept = "/" not in value and (value in written or all(word in _VOCABULARY for word in value.split()))
        return f"{match['open']}{value if kept and value else LEFT_OUT}{match['close']}"

    text = _PLACE.sub(place, text)
    text = _PATH.sub(LEFT_OUT, _QUOTED.sub(quoted, text))
    text = re.sub("\0(\\d+)\0", lambda match: places[int(match[1])], text)
    text = "".join(character if character.isprintable() else " " for character in text)
    text = re.sub(r"\s+", " ", text).strip()
    return text if len(text) <= MAX_CHARACTERS else text[: MAX_CHARACTERS - 1] + "…"
