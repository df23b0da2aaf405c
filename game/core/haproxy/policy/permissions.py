"""What the stack lets a configuration refer to, and the refusal of anything else."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from typing import Literal

FileUse = Literal["certificate", "map", "error page"]
# A private key must never be read as a map or sent as an error page, so each use has its own endings.
_ENDINGS: dict[FileUse, tuple[str, ...]] = {
    "certificate": (".pem", ".crt"),
    "map": (".map", ".lst", ".acl"),
    "error page": (".http",),
}


class NotAllowed(Exception):
    """One thing that a line must not say; `check` turns it into a Violation with the line's number."""

    def __init__(self, what: str, remedy: str) -> None:
        """Take what is not allowed and what to write instead."""
        super().__init__(what)
        self.what = what
        self.remedy = remedy


@dataclass(frozen=True, slots=True, kw_only=True)
class Permissions:
    """`files` are relative paths that exist beside the configuration; `resolvers` names of sections for server names.

    `peers` are the configuration's own sections of that kind, with which tables may be shared. `ports`, when given, are
    the only ports that lines may listen on, connect to or log to.
    """

    files: frozenset[str]
    resolvers: frozenset[str] = frozenset()
    ports: frozenset[int] | None = None
    peers: frozenset[str] = frozenset()

    def check_file(self, path: str, use: FileUse) -> None:
        """Refuse a file that is not one of the stack's, or is of another kind."""
        if path not in self.files or path.startswith("/") or ".." in path.split("/"):
            raise NotAllowed(f"the file `{path[:80]}`", "refer to a file of this repository or of certs/")
        if not path.endswith(_ENDINGS[use]):
            raise NotAllowed(
                f"`{path[:80]}` as a {use}", f"use a file that ends in {' or '.join(_ENDINGS[use])}"
            )

    def check_port(self, word: str) -> None:
        """Refuse what is not one unprivileged port number, or one of the stack's if these are known."""
        port = int(word) if word.isascii() and word.isdigit() and len(word) <= 5 else 0
        if not 1024 <= port <= 65535:
            raise NotAllowed(f"the port `{word[:40]}`", "give one port number from 1024 to 65535")
        if self.ports is not None and port not in self.ports:
            raise NotAllowed(f"the port {port}", "use a port of this stack")

    def check_endpoint(self, word: str) -> None:
        """Refuse everything but a numeric loopback address with a port."""
        host, colon, port = word.rpartition(":")
        if not colon or not is_loopback(host):
            raise NotAllowed(f"the address `{word[:80]}`", "write 127.0.0.1:port or [::1]:port")
        self.check_port(port)


def is_loopback(host: str) -> bool:
    """Tell whether this is a loopback address in numbers: 127.x.y.z, [::1] or ::1."""
    bare = host[1:-1] if host.startswith("[") and host.endswith("]") else host
    try:
        address = ip_address(bare)
    except ValueError:
        return False
    return "%" not in bare and address.is_loopback
