"""The doors of an event: who may come in, as whom, and which teams there are."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from game.core.contest import facts as fact
from game.core.contest import names
from game.errors import AlreadyRecorded, Refused, UsageError, WrongCode
from game.event.keys import API, Keys

if TYPE_CHECKING:
    from game.core.contest.facts import Role
    from game.core.contest.floor import Team
    from game.event.record import Record

MOST_TEAMS = 60
MOST_MEMBERS = 12
PRESENT_S = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """Whom a credential stands for. `member` is an id such as m1, `name` what people call them."""

    role: Literal["trainee", "facilitator"]
    team: str = ""
    member: str = ""
    name: str = ""


class Doors:
    """May be used from any thread."""

    def __init__(self, record: Record, mine: Keys) -> None:
        self._record = record
        self._keys = mine
        self._lock = threading.RLock()
        self._seen: dict[tuple[str, str], float] = {}

    @property
    def key(self) -> str:
        """The facilitator's key: a credential."""
        return self._keys.facilitator

    def code(self, team: str = "") -> str:
        """A team's join code, or the event's own."""
        return self._keys.code(team)

    def token(self, team: str) -> str:
        """A credential for a team's programs."""
        return self._keys.credential(self.team(team).team, API)

    def guest(self, credential: str) -> Guest | None:
        if self._keys.is_facilitator(credential):
            return Guest(role="facilitator")
        found = self._keys.read(credential)
        team = self._record.floor.team(found[0]) if found else None
        if found is None or team is None:
            return None
        name = next((one.name for one in team.members if one.member == found[1]), team.name)
        return Guest(role="trainee", team=team.team, member=found[1], name=name)

    def join(self, code: str, member: str, team: str = "") -> str:
        """Let somebody in; gives their credential. Who comes again under the same name is the same.

        `team` names the one that somebody with the event's own code brings along.
        """
        called = names.name(member)
        with self._lock:
            # Every code is compared, whichever one fits: how long it takes tells nothing.
            fitting = [one for one in self._record.floor.teams if self._keys.fits(code, one.team)]
            own = self._keys.fits(code, "")
            if own and self.open_enrolment:
                fitting = [self.enrol(team)]
            if not fitting:
                raise WrongCode("this code opens no door", hint="read it again, or ask the facilitator")
            return self._keys.credential(fitting[0].team, self._member(fitting[0], called))

    def seen(self, guest: Guest) -> None:
        """Somebody was there at this moment: for presence only."""
        with self._lock:
            self._seen[guest.team, guest.member] = time.monotonic()

    def present(self, team: str, member: str) -> bool:
        with self._lock:
            return time.monotonic() - self._seen.get((team, member), -PRESENT_S) < PRESENT_S

    def take_role(self, guest: Guest, role: Role) -> None:
        self._record.require_open()
        self._record.note(fact.RoleTaken(team=guest.team, member=guest.member, role=role))

    def enrol(self, name: str) -> Team:
        """Add a team; its name must differ from every other to the eye."""
        self._record.require_open()
        called = names.name(name, "team name")
        with self._lock:
            if len(self._record.floor.teams) >= MOST_TEAMS:
                raise Refused(f"there are {MOST_TEAMS} teams already", hint="open a second event")
            team = f"t{len(self._record.floor.teams) + 1}"
            try:
                self._record.note(fact.TeamEnrolled(team=team, name=called))
            except AlreadyRecorded as error:
                raise Refused(f"there is a team {called!r} already", hint="join it by its code") from error
            return self.team(team)

    def team(self, team: str) -> Team:
        found = self._record.floor.team(team)
        if found is None:
            raise UsageError(f"there is no team {team[:20]!r}", hint="teams are called t1, t2, ...")
        return found

    @property
    def open_enrolment(self) -> bool:
        """Whether whoever has the event's own code may bring a team."""
        opened = self._record.floor.opened
        return opened is not None and opened.open_enrolment and self._record.floor.closed is None

    def _member(self, team: Team, called: str) -> str:
        known = next((one for one in team.members if names.key(one.name) == names.key(called)), None)
        if known is not None:
            return known.member
        self._record.require_open()
        if len(team.members) >= MOST_MEMBERS:
            raise Refused(f"the team has {MOST_MEMBERS} members", hint="bring another team")
        member = f"m{len(team.members) + 1}"
        self._record.note(fact.MemberJoined(team=team.team, member=member, name=called))
        return member
