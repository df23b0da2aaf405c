"""An event as a file: `event.yaml` -> run sheet and teams. Strict: everything that is wrong is told at once, with its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from game.catalog.document import CODE_PATTERN
from game.catalog.fields import About
from game.catalog.folder import read_file
from game.catalog.reading import read_as
from game.catalog.schema import DRAFT, Schema, described
from game.catalog.strict_yaml import parse
from game.catalog.words import did_you_mean
from game.core.contest import names
from game.core.contest.facts import EventOpened, Inject, RoundPlan
from game.core.contest.plan import EventPlan
from game.core.score import KNOWN, RULES
from game.errors import ExerciseInvalid, Refused

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from game.catalog.strict_yaml import Parsed
    from game.errors import Problem

LONGEST_EVENT_S = 8 * 3600

TeamName = Annotated[str, About("What people call the team.", low=1, high=names.LONGEST_NAME)]
Seconds = Annotated[
    int, About("Seconds after the round's start; pauses do not count.", low=0, high=LONGEST_EVENT_S)
]


@dataclass(frozen=True, slots=True, kw_only=True)
class InjectFile:
    """A message to the teams while they work."""

    after_s: Seconds
    sender: Annotated[str, About("Who it seems to come from.", low=1, high=names.LONGEST_NAME)]
    text: Annotated[str, About("What it says.", low=1, high=names.LONGEST_TEXT)]
    teams: Annotated[tuple[TeamName, ...], About("Only to these; to all without it.", high=60)] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundFile:
    """One exercise, played by all teams at the same moment."""

    exercise: Annotated[str, About("The exercise's code.", pattern=CODE_PATTERN, high=40)]
    seed: Annotated[int, About("Which variant; the same for all teams.", low=0, high=2**31)] = 1
    freeze_after_s: Annotated[
        int,
        About("When the board freezes, seconds after the start; 0 for never.", low=0, high=LONGEST_EVENT_S),
    ] = 0
    injects: Annotated[tuple[InjectFile, ...], About("The run sheet's messages.", high=60)] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFile:
    """A dance-off: teams, and a run sheet of rounds."""

    format: Annotated[int, About("Version of this format.", low=1, high=1)]
    name: Annotated[str, About("Short name, for files and the journal.", pattern=CODE_PATTERN, high=40)]
    title: Annotated[str, About("As it stands on the board.", low=1, high=80)]
    rounds: Annotated[tuple[RoundFile, ...], About("In the order in which they are played.", low=1, high=30)]
    teams: Annotated[tuple[TeamName, ...], About("Teams known before; others can be enrolled.", high=60)] = ()
    open_enrolment: Annotated[bool, About("Whether whoever has the event's code may bring a team.")] = False
    change_control: Annotated[
        Literal["as-exercise", "open", "recorded", "reviewed", "review"],
        About(
            "What a change of the load balancer takes: as each exercise says, nothing, a reason, or (reviewed, also written "
            "review) an approval by somebody else if it is risky."
        ),
    ] = "as-exercise"
    rules: Annotated[int, About("Version of the scoring rules.", low=KNOWN[0], high=RULES)] = RULES


def event_schema() -> Schema:
    """JSON Schema of the file, for editors and `danceoff schema event`."""
    return {"$schema": DRAFT, "title": "danceoff event", **described(EventFile)}


def load_event(path: Path, exercises: Path) -> EventPlan:
    """Read an event file; raises ExerciseInvalid with every problem. `exercises` is the catalogue's folder."""
    parsed = parse(read_file(path, path.name), path.name)
    document = read_as(EventFile, parsed, parsed.root)
    problems = tuple(_problems(document, parsed, exercises))
    if problems:
        raise ExerciseInvalid(problems)
    ids = {names.key(name): f"t{number}" for number, name in enumerate(document.teams, start=1)}
    rounds = tuple(
        RoundPlan(
            exercise=one.exercise,
            seed=one.seed,
            freeze_after_s=one.freeze_after_s,
            injects=tuple(_inject(inject, ids) for inject in one.injects),
        )
        for one in document.rounds
    )
    opened = EventOpened(
        name=document.name,
        title=names.line(document.title, "a title"),
        rules=document.rules,
        rounds=rounds,
        change_control=document.change_control,
        open_enrolment=document.open_enrolment,
    )
    return EventPlan(opened=opened, teams=tuple(names.name(name) for name in document.teams))


def _inject(inject: InjectFile, ids: dict[str, str]) -> Inject:
    return Inject(
        after_s=inject.after_s,
        sender=names.name(inject.sender),
        text=names.line(inject.text, "an inject"),
        teams=tuple(ids[names.key(team)] for team in inject.teams),
    )


def _problems(document: EventFile, parsed: Parsed, exercises: Path) -> Iterator[Problem]:
    there = tuple(sorted(path.parent.name for path in exercises.glob("*/exercise.yaml")))
    known: dict[str, str] = {}
    yield from _unfit(parsed, "title", document.title, names.LONGEST_TEXT)
    for number, team in enumerate(document.teams):
        where = f"teams[{number}]"
        yield from _unfit(parsed, where, team, 0)
        if names.key(team) in known:
            other = known[names.key(team)]
            yield parsed.problem(where, f"people would take it for {other!r}", "give it another name")
        known[names.key(team)] = team
    for number, one in enumerate(document.rounds):
        if one.exercise not in there:
            remedy = did_you_mean(one.exercise, there)
            yield parsed.problem(f"rounds[{number}].exercise", f"there is no exercise {one.exercise}", remedy)
        for place, inject in enumerate(one.injects):
            where = f"rounds[{number}].injects[{place}]"
            yield from _unfit(parsed, f"{where}.sender", inject.sender, 0)
            yield from _unfit(parsed, f"{where}.text", inject.text, names.LONGEST_TEXT)
            for index, team in enumerate(inject.teams):
                if names.key(team) not in known:
                    remedy = did_you_mean(team, document.teams)
                    yield parsed.problem(f"{where}.teams[{index}]", f"there is no team {team!r}", remedy)


def _unfit(parsed: Parsed, where: str, text: str, longest: int) -> Iterator[Problem]:
    """What cannot be shown to people; `longest` 0 for a name."""
    try:
        if longest:
            names.line(text, "this", longest)
        else:
            names.name(text, "name")
    except Refused as error:
        yield parsed.problem(where, error.what, error.hint)
