"""The rules of a proxy: which actions exist, and the form of each."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from game.core.haproxy.policy.grammar import Form, check_form
from game.core.haproxy.policy.permissions import NotAllowed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from game.core.haproxy.policy.permissions import Permissions

_REPLY = {
    "status": "<int:200:599>",
    "deny_status": "<int:200:599>",
    "content-type": "<text>",
    "string": "<text>",
    "lf-string": "<answer>",
    "hdr": "<header> <format>",
    "errorfile": "<file:error-page>",
    "default-errorfiles": "",
}
_REDIRECT = {
    "code": "<int:301:308>",
    "drop-query": "",
    "append-slash": "",
    "ignore-empty": "",
    "set-cookie": "<text>",
}
_REDIRECT |= {"clear-cookie": "<text>"}
_TO = "location|prefix|scheme <format>"
_MATCH = {"-m": "str|beg|end|sub|reg"}


def _action(sequence: str = "", **options: str) -> Form:
    return Form(
        sequence=sequence,
        options={name.replace("_", "-"): form for name, form in options.items()},
        condition=True,
    )


_ANY = {
    "allow": _action(),
    "silent-drop": _action(),
    "set-log-level": _action("emerg|alert|crit|err|warning|notice|info|debug|silent"),
    "set-nice": _action("<int:0:1024>"),
}
_HTTP = _ANY | {
    "add-header": _action("<header> <format>"),
    "set-header": _action("<header> <format>"),
    "del-header": Form(sequence="<header>", options=_MATCH, condition=True),
    "replace-header": _action("<header> <text> <format>"),
    "replace-value": _action("<header> <text> <format>"),
    "capture": _action("<expression>", len="<int:1:512>", id="<int:0:20>"),
    "deny": Form(options=_REPLY, condition=True),
    "redirect": Form(sequence=_TO, options=_REDIRECT, condition=True),
    "return": Form(options=_REPLY, condition=True),
    "wait-for-body": _action("time <time>", at_least="<size>"),
    "strict-mode": _action("on|off"),
}
_CONNECTION = _ANY | {
    "accept": _action(),
    "reject": _action(),
    "expect-proxy": _action("layer4"),
    "set-src": _action("<expression>"),
    "set-src-port": _action("<expression>"),
}
ACTIONS: Mapping[str, Mapping[str, Form]] = {
    "http-request": _HTTP
    | {
        "auth": _action(realm="<text>"),
        "cache-use": _action("<name>"),
        "disable-l7-retry": _action(),
        "early-hint": _action("<header> <format>"),
        "normalize-uri": _action("<name> full|strict?"),
        "reject": _action(),
        "replace-path": _action("<text> <format>"),
        "replace-pathq": _action("<text> <format>"),
        "replace-uri": _action("<text> <format>"),
        "set-method": _action("<format>"),
        "set-path": _action("<format>"),
        "set-pathq": _action("<format>"),
        "set-priority-class": _action("<expression>"),
        "set-priority-offset": _action("<expression>"),
        "set-query": _action("<format>"),
        "set-src": _action("<expression>"),
        "set-src-port": _action("<expression>"),
        "set-timeout": _action("server|tunnel <time>"),
        "set-uri": _action("<format>"),
        "tarpit": Form(options=_REPLY, condition=True),
        "use-service": _action("prometheus-exporter"),
        "wait-for-handshake": _action(),
    },
    "http-response": _HTTP | {"cache-store": _action("<name>"), "set-status": Form(sequence="<int:100:999>", options={"reason": "<text>"}, condition=True)},
    "http-after-response": {
        name: form
        for name, form in _HTTP.items()
        if name not in {"capture", "deny", "redirect", "return", "wait-for-body", "silent-drop", "set-nice"}
    } | {"set-status": Form(sequence="<int:100:999>", options={"reason": "<text>"}, condition=True)},
    "tcp-request connection": _CONNECTION,
    "tcp-request session": _CONNECTION,
    "tcp-request content": _CONNECTION | {"capture": _action("<expression>", len="<int:1:512>", id="<int:0:20>"), "switch-mode": _action("http")},
    "tcp-response content": _ANY | {"accept": _action(), "reject": _action(), "close": _action()},
}  # fmt: skip
# Actions with their argument in parentheses.
_VARIABLE = re.compile(r"(set-var|set-var-fmt|unset-var)\(((?:sess|txn|req|res)\.[A-Za-z0-9_.]{1,64})\)")
_COUNTER = re.compile(r"(sc-(?:inc-gpc|add-gpc|set-gpt)[01]?)\([0-9](?:,[0-9]{1,2})?\)")
_TRACK = re.compile(r"track-sc[0-2]")
_TRACKED = Form(sequence="<expression>", options={"table": "<name>"}, condition=True)
_PARENTHESISED = {
    "set-var": Form(sequence="<expression>", condition=True),
    "set-var-fmt": Form(sequence="<format>", condition=True),
    "unset-var": Form(condition=True),
}


def check_rule(words: Sequence[str], permissions: Permissions) -> None:
    """Check a line of http-request, http-response, http-after-response, tcp-request or tcp-response."""
    layer, rest = words[0], words[1:]
    if layer.startswith("tcp-"):
        if rest and rest[0] == "inspect-delay":
            check_form(Form(sequence="<time>"), rest[1:], permissions)
            return
        layer, rest = " ".join(words[:2]), words[2:]
    actions = ACTIONS.get(layer)
    if actions is None or not rest:
        raise NotAllowed(f"`{layer[:60]}`", "name a layer and an action of HAProxy's")
    check_form(_form(actions, rest[0]), rest[1:], permissions)


def _form(actions: Mapping[str, Form], action: str) -> Form:
    found = actions.get(action)
    if found is not None:
        return found
    if _TRACK.fullmatch(action):
        return _TRACKED
    variable = _VARIABLE.fullmatch(action)
    if variable is not None:
        return _PARENTHESISED[variable[1]]
    counter = _COUNTER.fullmatch(action)
    if counter is not None:
        return Form(sequence="" if "inc" in counter[1] else "<int:0:1000000>", condition=True)
    raise NotAllowed(f"the action `{action[:60]}`", "use one of the ordinary actions")
