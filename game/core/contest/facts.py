"""The closed union of facts an event can contain; the runs of its teams have journals of their own.

`Noted` is the envelope: `seq` counts from 1 without gaps, `at_ms` is milliseconds since the event opened, `wall_ms` UTC in
milliseconds since 1970. Nothing here is secret: join codes and keys are derived from a secret that is not in the journal.
Teams are known by `team`, such as t1, members by `member`, such as m1; `name` is what people call them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from game.core.contest.names import key

# "review" is what "reviewed" was called in events of before.
ChangeControl = Literal["as-exercise", "open", "recorded", "reviewed", "review"]
Role = Literal["", "commander", "operator", "scribe", "communications"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Inject:
    """A message to the teams, `after_s` seconds after the round started; to all of them when `teams` is empty."""

    after_s: int
    sender: str
    text: str
    teams: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundPlan:
    """A line of the run sheet. `freeze_after_s`: when the board freezes by itself, 0 for never."""

    exercise: str
    seed: int
    injects: tuple[Inject, ...] = ()
    freeze_after_s: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class EventOpened:
    """`rules`: version of the scoring rules; `open_enrolment`: whoever has the event's code may bring a team."""

    name: str
    title: str
    rules: int
    rounds: tuple[RoundPlan, ...]
    change_control: ChangeControl = "as-exercise"
    open_enrolment: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopened:
    """The event was taken up again by another process; these runs ended with the former one."""

    interrupted: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamEnrolled:
    team: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberJoined:
    team: str
    member: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleTaken:
    """An empty role is one given up."""

    team: str
    member: str
    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundPrepared:
    """Rounds count from 1. `plan` is what is played, whatever the run sheet said before."""

    round: int
    plan: RoundPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class RunAssigned:
    """From here on `run` is the team's run of the round, instead of another one if `instead_of` names it."""

    round: int
    team: str
    run: str
    instead_of: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundStarted:
    """All that were ready at the barrier were let go. `teams` are those."""

    round: int
    teams: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultMoment:
    team: str
    wall_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SpreadMeasured:
    """How far apart the faults of a round came into being, by the runs' own journals."""

    round: int
    spread_ms: int
    moments: tuple[FaultMoment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Paused:
    """The clocks of all teams stand, or those of one."""

    reason: str
    team: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed:
    team: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extended:
    """More time for everybody in the round, or for one team."""

    round: int
    minutes: int
    reason: str
    team: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InjectSent:
    """`number` of the run sheet's inject, counting from 1; 0 for one by hand."""

    round: int
    number: int
    sender: str
    text: str
    teams: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HintSent:
    """A hint by the facilitator; it costs nothing."""

    round: int
    team: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """Shown on the board until another one is; an empty one clears it."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Frozen:
    """From this moment on the board shows what was known at it."""

    round: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Revealed:
    """One team's line shows what is known now; when the last one is revealed, the board lives again."""

    round: int
    team: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreCorrected:
    """`points` are added to the team's total; `id` makes a repeated request harmless."""

    id: str
    round: int
    team: str
    points: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunVoided:
    run: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundEnded:
    round: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EventClosed:
    reason: str


ContestFact = (
    EventOpened
    | Reopened
    | TeamEnrolled
    | MemberJoined
    | RoleTaken
    | RoundPrepared
    | RunAssigned
    | RoundStarted
    | SpreadMeasured
    | Paused
    | Resumed
    | Extended
    | InjectSent
    | HintSent
    | Announced
    | Frozen
    | Revealed
    | ScoreCorrected
    | RunVoided
    | RoundEnded
    | EventClosed
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    seq: int
    at_ms: int
    wall_ms: int
    event: ContestFact


def once(event: ContestFact) -> str | None:
    """The key of a fact that may be in an event's journal only once, whoever races to write it; None if it may repeat."""
    match event:
        case EventOpened():
            return "opened"
        case TeamEnrolled(name=name):
            return f"team:{key(name)}"
        case MemberJoined(team=team, name=name):
            return f"member:{team}:{key(name)}"
        case RunAssigned(round=number, team=team, instead_of=before):
            return f"run:{number}:{team}:{before}"
        case InjectSent(round=number, number=inject) if inject:
            return f"inject:{number}:{inject}"
        case Revealed(round=number, team=team):
            return f"revealed:{number}:{team}"
        case ScoreCorrected(id=given):
            return f"correction:{given}"
        case RunVoided(run=run):
            return f"voided:{run}"
        case EventClosed():
            return "closed"
        case _:
            return _once_a_round(event)


def _once_a_round(event: ContestFact) -> str | None:
    match event:
        case RoundPrepared(round=number):
            return f"prepared:{number}"
        case RoundStarted(round=number):
            return f"started:{number}"
        case SpreadMeasured(round=number):
            return f"spread:{number}"
        case Frozen(round=number):
            return f"frozen:{number}"
        case RoundEnded(round=number):
            return f"ended:{number}"
        case _:
            return None
