"""The house of an event: who comes in is a matter of the hall's doors, which run is theirs one of its rounds."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from game.web.house import Principal, Role

if TYPE_CHECKING:
    from collections.abc import Mapping

    from game.director.performance import Performance
    from game.event.hall import Hall
    from game.web.house import Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class HallHouse:
    """`insist`: begin rounds even where this machine seems too small for them."""

    hall: Hall
    insist: bool = False

    def who(self, credential: str) -> Principal | None:
        guest = self.hall.doors.guest(credential)
        if guest is None:
            return None
        self.hall.doors.seen(guest)
        return Principal(role=Role(guest.role), team=guest.team, member=guest.name)

    def performance(self, team: str) -> Performance | None:
        return self.hall.rounds.performance(team) if team else None

    def parts(self, team: str) -> Mapping[str, str]:
        found = self.hall.state.team(team)
        return {one.name: one.role for one in found.members if one.role} if found else {}

    def join(self, code: str, member: str, team: str = "") -> str:
        """The facilitator's key opens the door as well, without a name."""
        if hmac.compare_digest(code.encode(errors="replace"), self.hall.doors.key.encode()):
            return code
        return self.hall.doors.join(code, member, team)


def hall_of(visit: Visit) -> Hall:
    """The hall behind a site of an event: its pages are served with no other house."""
    return cast("HallHouse", visit.house).hall
