"""Whether the addresses that a new configuration listens on are free.

HAProxy finds out only at the reload, and then asks the serving worker to let go of ALL its addresses while it tries again:
users are refused for about two seconds before the reload fails. So it is looked at before.
"""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from game.core.haproxy.configuration import Configuration


def taken(
    configuration: Configuration, serving: Configuration | None, is_free: Callable[[str], bool]
) -> tuple[str, ...]:
    """Tell in words which addresses cannot be listened on; those that `serving` listens on already are passed on."""
    held = {address for _, address in _binds(serving)} if serving is not None else set()
    seen: dict[str, int] = {}
    words = []
    for line, address in _binds(configuration):
        if address in seen:
            words.append(f"line {line}: {address} is listened on already, by line {seen[address]}")
        elif address not in held and not is_free(address):
            words.append(f"line {line}: {address} is taken by another program")
        seen.setdefault(address, line)
    return tuple(words)


def _binds(configuration: Configuration) -> tuple[tuple[int, str], ...]:
    """List line and address of every `bind`; the allow-list made sure that each is one numeric address with a port."""
    return tuple(
        (line.number, line.words[1])
        for section in configuration.sections
        for line in section.lines
        if line.words[0] == "bind" and len(line.words) > 1
    )


def is_free(address: str) -> bool:
    """Tell whether a server of this machine could listen on an address."""
    host, _, port = address.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # As HAProxy does: an address whose last connections are still ending is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, int(port)))
        except OSError:
            return False
    return True
