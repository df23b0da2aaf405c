"""The state of an event: what its journal comes to when it is folded. Runs are folded from their own journals."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, assert_never

from game.core.contest import facts as fact

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    member: str
    name: str
    role: fact.Role = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    team: str
    name: str
    members: tuple[Member, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """A run of a team in a round; `voided` is why it does not count, if it does not."""

    team: str
    run: str
    instead_of: str = ""
    voided: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """Moments are UTC in ms, None until they come. `assignments`: every run there ever was, the latest of a team last.

    `stood_ms`: how long all clocks stood until now; `stands_since_ms` while they do.
    """

    number: int
    plan: fact.RoundPlan
    assignments: tuple[Assignment, ...] = ()
    started_wall_ms: int | None = None
    spread: fact.SpreadMeasured | None = None
    frozen_wall_ms: int | None = None
    revealed: tuple[str, ...] = ()
    injected: tuple[int, ...] = ()
    stood_ms: int = 0
    stands_since_ms: int | None = None
    ended_wall_ms: int | None = None

    def run_of(self, team: str) -> Assignment | None:
        """The team's present run: the latest, voided or not."""
        return next((one for one in reversed(self.assignments) if one.team == team), None)

    @property
    def playing(self) -> tuple[str, ...]:
        """Teams that have a run in this round, in the order of their first."""
        return tuple(dict.fromkeys(one.team for one in self.assignments))

    @property
    def frozen(self) -> bool:
        """Whether the board shows less than is known."""
        return self.frozen_wall_ms is not None and not set(self.playing) <= set(self.revealed)

    def elapsed_ms(self, wall_ms: int) -> int:
        """Time since the start, without what the clocks stood; 0 before it."""
        if self.started_wall_ms is None:
            return 0
        standing = 0 if self.stands_since_ms is None else wall_ms - self.stands_since_ms
        return max(0, wall_ms - self.started_wall_ms - self.stood_ms - standing)


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """`paused`: why clocks stand, by team; the empty team stands for all. `rounds` are those that were prepared."""

    opened: fact.EventOpened | None = None
    opened_wall_ms: int = 0
    seq: int = 0
    teams: tuple[Team, ...] = ()
    rounds: tuple[Round, ...] = ()
    paused: tuple[fact.Paused, ...] = ()
    corrections: tuple[fact.ScoreCorrected, ...] = ()
    corrected_wall_ms: tuple[int, ...] = ()
    announcement: str = ""
    closed: str | None = None

    @property
    def round(self) -> Round | None:
        """The latest round."""
        return self.rounds[-1] if self.rounds else None

    def team(self, team: str) -> Team | None:
        return next((one for one in self.teams if one.team == team), None)

    def why_paused(self, team: str) -> str:
        """Why a team's clock stands; empty if it goes."""
        return next((one.reason for one in self.paused if one.team in {"", team}), "")


def fold(noted: Iterable[fact.Noted]) -> Floor:
    floor = Floor()
    for one in noted:
        floor = advance(floor, one)
    return floor


def advance(floor: Floor, noted: fact.Noted) -> Floor:
    """One fact further. A fact that was taken in already changes nothing."""
    if noted.seq <= floor.seq:
        return floor
    floor = replace(floor, seq=noted.seq)
    event = noted.event
    match event:
        case fact.EventOpened():
            return floor if floor.opened else replace(floor, opened=event, opened_wall_ms=noted.wall_ms)
        case fact.Announced(text=text):
            return replace(floor, announcement=text)
        case fact.ScoreCorrected():
            return replace(
                floor,
                corrections=(*floor.corrections, event),
                corrected_wall_ms=(*floor.corrected_wall_ms, noted.wall_ms),
            )
        case fact.EventClosed(reason=reason):
            return replace(floor, closed=reason)
        case fact.TeamEnrolled() | fact.MemberJoined() | fact.RoleTaken():
            return _people(floor, event)
        case fact.Paused() | fact.Resumed():
            return _clocks(floor, event, noted.wall_ms)
        case fact.Reopened() | fact.Extended() | fact.HintSent():
            return floor
        case _:
            return _rounds(floor, event, noted.wall_ms)


def _people(floor: Floor, event: fact.TeamEnrolled | fact.MemberJoined | fact.RoleTaken) -> Floor:
    match event:
        case fact.TeamEnrolled(team=team, name=name):
            return replace(floor, teams=(*floor.teams, Team(team=team, name=name)))
        case fact.MemberJoined(team=team, member=member, name=name):
            return _team(floor, team, lambda one: (*one.members, Member(member=member, name=name)))
        case fact.RoleTaken(team=team):
            return _team(floor, team, lambda one: tuple(_with_role(member, event) for member in one.members))
        case _:
            assert_never(event)


def _with_role(member: Member, taken: fact.RoleTaken) -> Member:
    """Who takes a role takes it from whoever had it."""
    if member.member == taken.member:
        return replace(member, role=taken.role)
    return replace(member, role="") if taken.role and member.role == taken.role else member


def _team(floor: Floor, team: str, members: Callable[[Team], tuple[Member, ...]]) -> Floor:
    teams = (replace(one, members=members(one)) if one.team == team else one for one in floor.teams)
    return replace(floor, teams=tuple(teams))


def _clocks(floor: Floor, event: fact.Paused | fact.Resumed, wall_ms: int) -> Floor:
    others = tuple(one for one in floor.paused if one.team != event.team)
    latest = floor.round
    match event:
        case fact.Paused():
            floor = replace(floor, paused=(*others, event))
            if latest and not event.team and latest.stands_since_ms is None:
                return _round(floor, replace(latest, stands_since_ms=wall_ms))
        case fact.Resumed():
            # Whoever lets all go on lets each one go on.
            floor = replace(floor, paused=others if event.team else ())
            if latest and not event.team and latest.stands_since_ms is not None:
                stood_ms = latest.stood_ms + wall_ms - latest.stands_since_ms
                return _round(floor, replace(latest, stood_ms=stood_ms, stands_since_ms=None))
        case _:
            assert_never(event)
    return floor


_OfRounds = (
    fact.RoundPrepared
    | fact.RunAssigned
    | fact.RoundStarted
    | fact.SpreadMeasured
    | fact.InjectSent
    | fact.Frozen
    | fact.Revealed
    | fact.RunVoided
    | fact.RoundEnded
)


def _rounds(floor: Floor, event: _OfRounds, wall_ms: int) -> Floor:
    match event:
        case fact.RoundPrepared(round=number, plan=plan):
            return replace(floor, rounds=(*floor.rounds, Round(number=number, plan=plan)), paused=())
        case fact.RunVoided(run=run, reason=reason):
            return replace(floor, rounds=tuple(_voided(one, run, reason) for one in floor.rounds))
        case _:
            known = next((one for one in floor.rounds if one.number == event.round), None)
            return floor if known is None else _round(floor, _in_round(known, event, wall_ms))


def _in_round(
    known: Round,
    event: fact.RunAssigned
    | fact.RoundStarted
    | fact.SpreadMeasured
    | fact.InjectSent
    | fact.Frozen
    | fact.Revealed
    | fact.RoundEnded,
    wall_ms: int,
) -> Round:
    match event:
        case fact.RunAssigned(team=team, run=run, instead_of=before):
            made = Assignment(team=team, run=run, instead_of=before)
            return replace(known, assignments=(*known.assignments, made))
        case fact.RoundStarted():
            return replace(known, started_wall_ms=wall_ms)
        case fact.SpreadMeasured():
            return replace(known, spread=event)
        case fact.InjectSent(number=number):
            return replace(known, injected=(*known.injected, number))
        case fact.Frozen():
            return replace(known, frozen_wall_ms=known.frozen_wall_ms or wall_ms)
        case fact.Revealed(team=team):
            return replace(known, revealed=(*known.revealed, team))
        case fact.RoundEnded():
            return replace(known, ended_wall_ms=wall_ms)
        case _:
            assert_never(event)


def _voided(known: Round, run: str, reason: str) -> Round:
    runs = (replace(one, voided=reason) if one.run == run else one for one in known.assignments)
    return replace(known, assignments=tuple(runs))


def _round(floor: Floor, changed: Round) -> Floor:
    rounds = (changed if one.number == changed.number else one for one in floor.rounds)
    return replace(floor, rounds=tuple(rounds))
