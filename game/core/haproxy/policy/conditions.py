"""Conditions (`if is_login !is_post or { path_beg /admin }`) and `acl` lines."""

from __future__ import annotations

import re
from ipaddress import ip_network
from typing import TYPE_CHECKING

from game.core.haproxy.policy.expressions import ADDRESSES, check_expression
from game.core.haproxy.policy.permissions import NotAllowed
from game.core.haproxy.vocabulary import word_set

if TYPE_CHECKING:
    from collections.abc import Sequence

    from game.core.haproxy.policy.permissions import Permissions

ACL_NAME = re.compile(r"[A-Za-z0-9_.:-]{1,64}")
_PREDEFINED = word_set(
    "FALSE HTTP HTTP_1.0 HTTP_1.1 HTTP_2.0 HTTP_CONTENT HTTP_URL_ABS HTTP_URL_SLASH HTTP_URL_STAR LOCALHOST METH_CONNECT "
    "METH_DELETE METH_GET METH_HEAD METH_OPTIONS METH_POST METH_PUT METH_TRACE RDP_COOKIE REQ_CONTENT TRUE WAIT_END"
)
_MATCHERS = word_set("found bool int ip bin len str sub reg beg end dir dom")
_OR = frozenset({"or", "OR", "||"})


def check_acl(words: Sequence[str], permissions: Permissions) -> None:
    """Check the words after `acl`: a name and a test."""
    if len(words) < 2 or ACL_NAME.fullmatch(words[0]) is None or words[0] in _PREDEFINED | _OR:
        raise NotAllowed("this acl's name", "give it a plain name of its own, and a test")
    _check_test(words[1:], permissions)


def check_condition(words: Sequence[str], permissions: Permissions) -> None:
    """Check the words after `if` or `unless`."""
    rest = list(words)
    expects_term = True
    while rest:
        word = rest.pop(0)
        if word in _OR:
            if expects_term:
                raise NotAllowed("a condition with a stray `or`", "put a name or { test } on both sides")
            expects_term = True
            continue
        expects_term = False
        if word == "!" and rest:
            word = rest.pop(0)
        word = word.removeprefix("!")
        if word == "{":
            if "}" not in rest:
                raise NotAllowed("a condition with an open brace", "close { with } as a word of its own")
            end = rest.index("}")
            _check_test(rest[:end], permissions)
            del rest[: end + 1]
        elif ACL_NAME.fullmatch(word) is None:
            raise NotAllowed(f"`{word[:40]}` in a condition", "use names of acls, !, or, and { test }")
    if expects_term:
        raise NotAllowed("a condition that ends early", "name an acl or write { test }")


def _check_test(words: Sequence[str], permissions: Permissions) -> None:
    if not words:
        raise NotAllowed("an empty test", "write what is to be tested between { and }")
    is_address = check_expression(words[0], permissions) in ADDRESSES
    rest, resolves = list(words[1:]), True
    while rest and rest[0].startswith("-"):
        flag = rest.pop(0)
        if flag in {"-i", "-n"}:
            resolves = resolves and flag != "-n"
        elif flag == "-m" and rest and rest[0] in _MATCHERS:
            is_address = rest.pop(0) == "ip"
        elif flag == "-f" and rest:
            permissions.check_file(rest.pop(0), "map")
            if is_address and resolves:
                raise NotAllowed("addresses from a file", "put -n before -f, so that no name is looked up")
        elif flag == "--":
            break
        else:
            raise NotAllowed(f"the flag `{flag[:40]}`", "use -i, -n, -m, -f or --")
    if is_address:
        for pattern in rest:
            _check_network(pattern)


def _check_network(pattern: str) -> None:
    """HAProxy would look up a name, with a query that leaves the machine."""
    try:
        ip_network(pattern, strict=False)
    except ValueError:
        raise NotAllowed(f"`{pattern[:40]}` as an address", "write addresses in numbers") from None
