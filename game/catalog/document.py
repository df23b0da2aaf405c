"""The types of `exercise.yaml` as it is read: files by name, nothing chosen yet. `load.py` turns them into core types.

Descriptions and bounds are in `About`; the JSON Schema is made from them. Class docstrings are shown to authors.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

from game.catalog.control import ChangeControlFile, NeonSignFile
from game.catalog.duel import DuelFile
from game.catalog.faults import NAME_PATTERN, ChangeFile, FaultFile, Id, Role, Share, Text, ToxicFile
from game.catalog.fields import About
from game.catalog.second import FollowUpFile, HandoffFile
from game.core.taxonomy import COMPONENTS, GUARDS, MECHANISMS

CODE_PATTERN = r"[a-z][a-z0-9]*(-[a-z0-9]+)*"

Bounds = Annotated[tuple[Share, ...], About("Lower and upper bound of a share.", low=2, high=2)]

_COMPONENTS = tuple(word.id for word in COMPONENTS)
_MECHANISMS = tuple(word.id for word in MECHANISMS)
_GUARDS = tuple(word.id for word in GUARDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class InspiredByFile:
    """The public incident it is modelled on."""

    title: Text
    date: Annotated[str, About("YYYY-MM-DD, or as much of it as is known.", pattern=r"\d{4}(-\d\d){0,2}")]
    note: Annotated[str, About("What was the same and what differs.", low=1, high=4000)] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadFile:
    """How many users there are and how busy they are, where it differs from the stack."""

    users: Annotated[int, About("All users; the cohorts keep their proportions.", low=1, high=500)] | None = (
        None
    )
    requests_per_second: Annotated[int, About("Offered requests per second.", low=1, high=2000)] | None = None
    workers: (
        Annotated[int, About("Processes that offer the load, where one cannot keep up.", low=1, high=4)]
        | None
    ) = None
    slow_ms: (
        Annotated[
            int, About("Answers that take longer count as bad; without it none does.", low=100, high=2000)
        ]
        | None
    ) = None
    cohorts: (
        Annotated[
            Mapping[str, Annotated[int, About("Users of this cohort.", low=0, high=60)]],
            About("Other numbers of users for some cohorts."),
        ]
        | None
    ) = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SteadyStateFile:
    """What must hold before the fault, or the run is void."""

    window_s: Annotated[int, About("How long it is watched, seconds.", low=1, high=60)] = 5
    success: Annotated[Share, About("Share of offered requests that succeed, at least.", low=0.5, high=1)] = (
        0.995
    )
    p95_ms: Annotated[int, About("95th percentile of latency in ms, at most.", low=10, high=60_000)] = 1500


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectFile:
    """The proof that the fault bites."""

    bad_share: Annotated[Bounds, About("Share of users who fail: lower and upper bound.")]
    cohorts: Annotated[Mapping[str, Bounds], About("The same by cohort.")] | None = None
    within_s: Annotated[int, About("How soon after the fault, seconds.", low=1, high=120)] = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class RedHerringFile:
    """Something true, innocent and eye-catching; there before the fault and afterwards."""

    layer: Annotated[
        str, About("The layer it points at, as services of the stack name theirs.", pattern=NAME_PATTERN)
    ]
    toxic: ToxicFile | None = None
    note: Annotated[
        str, About("What it is and why it is innocent; shown in the debrief.", low=1, high=4000)
    ] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFile:
    """An alert that pages. Its name and text state a symptom, a share and a scope; never a component or a cause."""

    alert: Annotated[str, About("The alert's name.", low=3, high=80)]
    window_s: Annotated[int, About("Seconds over which the share is taken.", low=1, high=300)]
    bad_share: Annotated[Share, About("Share of bad requests above which it fires.", low=0.001, high=1)]
    for_s: Annotated[int, About("Seconds that it must hold before it pages.", low=0, high=300)]
    text: Annotated[str, About("What the trainee reads.", low=10, high=600)]


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageFile:
    """A scripted message."""

    after_page_s: Annotated[int, About("Seconds after the page.", low=0, high=14_400)]
    sender: Role
    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class HintFile:
    """A priced hint: nudges one step, and never names the line."""

    cost: Annotated[int, About("Points.", low=0, high=500)]
    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeFile:
    """Who is affected."""

    share: Annotated[Share, About("Share of users.", low=0, high=1)]
    tolerance: Annotated[Share, About("How far off an answer may be.", low=0, high=0.5)] = 0.05
    cohort: Annotated[
        str, About("A cohort of the stack, or all if it hits across cohorts.", pattern=NAME_PATTERN)
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class RollbackFile:
    """The ideal end state: the history without the fault."""

    revert: Annotated[tuple[Id, ...], About("Ids of the changes to take back.", high=20)]
    keep: (
        Annotated[
            tuple[Id, ...], About("Ids of the changes that must survive; left out: every later one.", high=50)
        ]
        | None
    ) = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftoverFile:
    """Lines of the fault that may stay, since without the rest they do nothing."""

    section: Annotated[str, About("Section of haproxy.cfg, such as: frontend fe_auth.", low=3, high=80)]
    lines: Annotated[tuple[Text, ...], About("The lines as the fault wrote them.", low=1, high=20)]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerFile:
    """What stays secret until the debrief."""

    component: Annotated[str, About("Where the cause is.", words=_COMPONENTS)]
    mechanism: Annotated[str, About("What goes wrong there.", words=_MECHANISMS)]
    change: Annotated[str, About("Id of the guilty change; empty if no commit is guilty.", high=60)]
    scope: ScopeFile
    guards: Annotated[
        tuple[Annotated[str, About("A guard.", words=_GUARDS)], ...],
        About("Guards that would have prevented it.", low=1, high=10),
    ]
    rollback: RollbackFile
    also: Annotated[
        tuple[Annotated[str, About("A mechanism.", words=_MECHANISMS)], ...],
        About("Other mechanisms that are as true as the one named.", high=4),
    ] = ()
    accept: Annotated[tuple[LeftoverFile, ...], About("Other end states that are right.", high=10)] = ()
    signal: Annotated[str, About("The signal that shows it first, in one sentence.", low=10, high=600)]


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongTurnFile:
    """Something that does not help, proved by machine."""

    name: Annotated[str, About("What is tried.", low=3, high=120)]
    do: Annotated[
        tuple[Text, ...],
        About(
            "Steps: restart:, stop:, start:SERVICE, flush:CACHE, drain:SERVER, lb:COMMAND, toxic:clear, patch:FILE, revert:oldest or revert:ID.",
            low=1,
            high=10,
        ),
    ]
    expect: Literal["still_bad", "looks_fixed_but_is_not"]
    settle_s: Annotated[
        int,
        About(
            "How long after it users need not tell yet, when the fault takes its time; that they fail as before is seen sooner.",
            low=0,
            high=20,
        ),
    ] = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TourStepFile:
    """What the scripted trainee of the demonstration thinks and does."""

    say: Annotated[str, About("What it thinks, in a sentence or two.", low=3, high=500)]
    run: Annotated[
        str,
        About(
            "A danceoff command line without the word danceoff, or sh: and a shell line; @fault@ is the guilty revision."
        ),
    ] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParFile:
    """Seconds after the page at which full points are still earned."""

    acknowledge_s: Annotated[int, About("Page acknowledged.", low=5, high=3600)]
    diagnose_s: Annotated[int, About("Diagnosis right.", low=10, high=14_400)]
    recover_s: Annotated[int, About("Users well again.", low=10, high=14_400)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExerciseFile:
    """One exercise of danceoff."""

    format: Annotated[int, About("Version of this format.", low=1, high=1)]
    code: Annotated[
        str, About("A dance; the folder's name. Never a description.", pattern=CODE_PATTERN, high=40)
    ]
    title: Annotated[str, About("The symptom, never the cause.", low=5, high=80)]
    level: Annotated[int, About("1 (first steps) to 5.", low=1, high=5)]
    minutes: Annotated[int, About("The run times out after this long.", low=5, high=240)]
    concepts: Annotated[tuple[Text, ...], About("What it teaches; shown after the debrief.", low=1, high=10)]
    requires: Annotated[tuple[Text, ...], About("Codes of exercises to do first.", high=10)] = ()
    inspired_by: InspiredByFile | None = None
    stack: Annotated[str, About("What is operated: a folder of stacks/.", pattern=CODE_PATTERN)] = "auth"
    history: Annotated[tuple[ChangeFile, ...], About("Commits before the fault, oldest first.", high=30)] = ()
    load: LoadFile | None = None
    steady_state: SteadyStateFile = field(default_factory=SteadyStateFile)
    faults: Annotated[tuple[FaultFile, ...], About("What breaks, in order.", low=1, high=10)]
    later_changes: Annotated[
        tuple[ChangeFile, ...],
        About("Legitimate commits after the fault; they must survive the rollback.", high=10),
    ] = ()
    expect: ExpectFile
    red_herrings: Annotated[tuple[RedHerringFile, ...], About("True and innocent.", high=10)] = ()
    pages: Annotated[tuple[PageFile, ...], About("Alerts that page.", low=1, high=5)]
    events: Annotated[tuple[MessageFile, ...], About("Scripted messages.", high=30)] = ()
    change_control: ChangeControlFile = field(default_factory=ChangeControlFile)
    neon_sign: NeonSignFile | None = None
    duel: DuelFile | None = None
    follow_ups: Annotated[tuple[FollowUpFile, ...], About("What a second round proves.", high=6)] = ()
    handoff: HandoffFile | None = None
    hints: Annotated[tuple[HintFile, ...], About("From the gentlest on.", low=1, high=6)]
    answer: AnswerFile
    wrong_turns: Annotated[tuple[WrongTurnFile, ...], About("What does not help.", high=20)] = ()
    tour: Annotated[tuple[TourStepFile, ...], About("The demonstration.", high=40)] = ()
    par: ParFile
