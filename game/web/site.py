"""Where a site is: the host names it answers to, the scheme it is reached by, and where it writes what went wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """`names`: host names beyond loopback's. `tls`: reached by https, so cookies are never sent without it.

    `names_wanted`: whoever joins says their name; where there is only one team of one person, nobody has to.
    `teams_welcome`: whoever has the event's own code may bring a team.
    """

    log: Path
    names_wanted: bool = True
    teams_welcome: bool = False
    names: frozenset[str] = field(default=frozenset())
    tls: bool = False

    @property
    def hosts(self) -> frozenset[str]:
        return LOOPBACK | self.names

    @property
    def scheme(self) -> str:
        return "https" if self.tls else "http"
