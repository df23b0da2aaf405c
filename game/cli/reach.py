"""How a site is reached: which host names it answers to, and which address people are told."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address

import psutil

from game.errors import UsageError
from game.web.server import bracketed

LOOPBACK_NAME = "localhost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """`host` is what is listened on; `names` are what people call this machine, the first one told to them."""

    host: str
    names: tuple[str, ...] = ()

    @property
    def loopback(self) -> bool:
        if self.host == LOOPBACK_NAME:
            return True
        return _address(self.host).is_loopback

    @property
    def hosts(self) -> frozenset[str]:
        """Every name that requests may carry, small, addresses of the sixth version in brackets."""
        return frozenset(bracketed(name).lower() for name in (*self.names, *self._own()))

    def address(self, scheme: str, port: int) -> str:
        """The address that people are told."""
        return f"{scheme}://{bracketed((*self.names, *self._own())[0])}:{port}"

    def _own(self) -> tuple[str, ...]:
        """The host itself; where all addresses are listened on, this machine's, others' way in first."""
        if self.host == LOOPBACK_NAME or not _address(self.host).is_unspecified:
            return (self.host,)
        found = [
            one.address
            for addresses in psutil.net_if_addrs().values()
            for one in addresses
            if one.family in {socket.AF_INET, socket.AF_INET6} and "%" not in one.address
        ]
        found.sort(key=lambda one: (ip_address(one).is_loopback, ip_address(one).version, one))
        return (*found, socket.gethostname())


def _address(host: str) -> IPv4Address | IPv6Address:
    try:
        return ip_address(host)
    except ValueError as error:
        raise UsageError(
            f"{host[:60]!r} is no address to listen on",
            hint="127.0.0.1, 0.0.0.0, or one of this machine's; names go with --hostname",
        ) from error
