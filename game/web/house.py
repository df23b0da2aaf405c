"""Who comes in, and to which run: the one thing that a site asks of what stands behind it.

`danceoff play` has a house of one run, an event has a hall of many. The team always comes from the credential, never from
the request, so that nobody can ask for the run of another team.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from game.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from game.director.performance import Performance


class Role(StrEnum):
    """A spectator is whoever shows no credential: they see what everybody may see."""

    TRAINEE = "trainee"
    FACILITATOR = "facilitator"
    SPECTATOR = "spectator"


ANYBODY = frozenset(Role)
TRAINEES = frozenset({Role.TRAINEE})
FACILITATORS = frozenset({Role.FACILITATOR})


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Whom a credential stands for. `team` is empty for those who belong to none; `member` is a name within the team."""

    role: Role
    team: str = ""
    member: str = ""


NOBODY = Principal(role=Role.SPECTATOR)


class House(Protocol):
    """What stands behind a site. Every method may be called from any thread."""

    def who(self, credential: str) -> Principal | None:
        """Whom a credential stands for; None if it stands for nobody. Compares in constant time."""
        ...

    def performance(self, team: str) -> Performance | None:
        """The team's present run, or its last one; None while it has none."""
        ...

    def parts(self, team: str) -> Mapping[str, str]:
        """Which part members of a team play, by their names; those without one are not in it."""
        ...

    def join(self, code: str, member: str, team: str = "") -> str:
        """Let somebody in who knows a code; gives a credential. Raises Refused (wrong code) or UsageError (no name).

        `team` names the one that they bring along, where teams may bring themselves.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A request that was let in: who asks, and of which house."""

    house: House
    principal: Principal

    @property
    def run(self) -> Performance:
        """The run of the visitor's team; raises Refused while there is none."""
        found = self.house.performance(self.principal.team)
        if found is None:
            raise Refused("your team has no run at the moment", hint="wait until a round begins")
        return found

    @property
    def by(self) -> str:
        """Who acts, as it stands in the journal."""
        return self.principal.member or "trainee"
