"""The types of `exercise.yaml` as it is read: files by name, nothing chosen yet. `load.py` turns them into core types.

Descriptions and bounds are in `About`; the JSON Schema is made from them. Class docstrings are shown to authors.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

from game.catalog.fields import About
from game.core.taxonomy import COMPONENTS, GUARDS, MECHANISMS

CODE_PATTERN = r"[a-z][a-z0-9]*(-[a-z0-9]+)*"
NAME_PATTERN = r"[a-z][a-z0-9_-]*"

_COMPONENTS = tuple(word.id for word in COMPONENTS)
_MECHANISMS = tuple(word.id for word in MECHANISMS)
_GUARDS = tuple(word.id for word in GUARDS)

Id = Annotated[str, About("A short name, unique among the changes of this exercise.", pattern=NAME_PATTERN)]
FileName = Annotated[str, About("A file in this folder.", low=1, high=120)]
Role = Annotated[str, About("Who did it: a role such as netops, never a person.", low=2, high=40)]
Share = Annotated[float, About("A share from 0 to 1.", low=0, high=1)]
Bounds = Annotated[tuple[Share, ...], About("Lower and upper bound of a share.", low=2, high=2)]
Text = Annotated[str, About("Text for people.", low=1, high=4000)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeFile:
    """A commit to the load balancer's repository."""

    id: Id
    author: Role
    message: Annotated[str, About("The commit message.", low=3, high=2000)]
    patch: Annotated[
        str, About("A unified diff in this folder, against the stack's load balancer files.", low=1)
    ]
    age_minutes: Annotated[int, About("How long before the fault it was made.", low=0, high=1_000_000)] = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LbChangeFault:
    """A commit to the load balancer's repository, applied through the ordinary path."""

    kind: Literal["lb_change"]
    id: Id
    author: Role
    message: Annotated[str, About("The commit message.", low=3, high=2000)]
    patch: Annotated[
        str, About("A unified diff in this folder, against the stack's load balancer files.", low=1)
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class LbRuntimeFault:
    """Runtime API commands that leave the file innocent."""

    kind: Literal["lb_runtime"]
    commands: Annotated[tuple[Text, ...], About("Commands that break it, in order.", low=1, high=20)]
    revert: Annotated[tuple[Text, ...], About("Commands that put the running state back.", low=1, high=20)]
    actor: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class LbFileFault:
    """A file beside the configuration replaced: a map, a certificate, an error page."""

    kind: Literal["lb_file"]
    path: Annotated[str, About("Which file, relative to the load balancer's folder.", low=1, high=120)]
    content: Annotated[str, About("The file in this folder that replaces it.", low=1)]
    actor: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class ToxicFile:
    """A toxic on a proxied connection, in Toxiproxy's words."""

    proxy: Annotated[str, About("Which proxy: postgres, redis.", pattern=NAME_PATTERN)]
    toxic: Literal["latency", "bandwidth", "slow_close", "timeout", "reset_peer", "slicer", "limit_data"]
    attributes: Annotated[
        Mapping[str, Annotated[int, About("A whole number.", low=0, high=3_600_000)]],
        About("Attributes as Toxiproxy names them: latency and jitter in milliseconds, rate in kB/s ..."),
    ]
    toxicity: Annotated[Share, About("Share of connections it touches.", low=0, high=1)] = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ToxicFaultFile:
    """A toxic between two services is the fault."""

    kind: Literal["toxic"]
    proxy: Annotated[str, About("Which proxy: postgres, redis.", pattern=NAME_PATTERN)]
    toxic: Literal["latency", "bandwidth", "slow_close", "timeout", "reset_peer", "slicer", "limit_data"]
    attributes: Annotated[
        Mapping[str, Annotated[int, About("A whole number.", low=0, high=3_600_000)]],
        About("Attributes as Toxiproxy names them: latency and jitter in milliseconds, rate in kB/s ..."),
    ]
    toxicity: Annotated[Share, About("Share of connections it touches.", low=0, high=1)] = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceFaultFile:
    """A service stopped, paused, or restarted with other settings."""

    kind: Literal["service"]
    service: Annotated[str, About("A service of the stack.", pattern=NAME_PATTERN)]
    action: Literal["stop", "pause", "reconfigure"]
    settings: Annotated[Mapping[str, Text], About("Settings for reconfigure.")] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoFaultFile:
    """A false alarm: nothing is wrong."""

    kind: Literal["none"]


FaultFile = LbChangeFault | LbRuntimeFault | LbFileFault | ToxicFaultFile | ServiceFaultFile | NoFaultFile


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
    requests_per_second: Annotated[int, About("Offered requests per second.", low=1, high=500)] | None = None
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

    bad_share: Annotated[Bounds, About("Share of users who fail: lower and upper bound.", low=2, high=2)]
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
class ChangeControlFile:
    """Whether a risky change needs somebody's review first."""

    approvals: Annotated[int, About("Reviews needed for a risky change: 0 or 1.", low=0, high=1)] = 0


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
    accept: Annotated[tuple[LeftoverFile, ...], About("Other end states that are right.", high=10)] = ()
    signal: Annotated[str, About("The signal that shows it first, in one sentence.", low=10, high=600)]


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongTurnFile:
    """Something that does not help, proved by machine."""

    name: Annotated[str, About("What is tried.", low=3, high=120)]
    do: Annotated[
        tuple[Text, ...],
        About(
            "Steps: restart:SERVICE, flush:CACHE, drain:SERVER, lb:COMMAND, toxic:clear, patch:FILE, revert:oldest or revert:ID.",
            low=1,
            high=10,
        ),
    ]
    expect: Literal["still_bad", "looks_fixed_but_is_not"]


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
    hints: Annotated[tuple[HintFile, ...], About("From the gentlest on.", low=1, high=6)]
    answer: AnswerFile
    wrong_turns: Annotated[tuple[WrongTurnFile, ...], About("What does not help.", high=20)] = ()
    tour: Annotated[tuple[TourStepFile, ...], About("The demonstration.", high=40)] = ()
    par: ParFile


Word = str | int | float
VariantValue = str | int | float | Mapping[str, Word]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoicesFile:
    """What a seed decides."""

    variants: Annotated[
        Mapping[
            Annotated[str, About("The name between @ and @.", pattern=NAME_PATTERN)],
            Annotated[
                tuple[VariantValue, ...],
                About("Values; a mapping sets several names at once.", low=1, high=100),
            ],
        ],
        About(
            "Names and their possible values; @name@ in texts, patches and fields is replaced by the chosen one."
        ),
    ] = field(default_factory=dict)
    orders: Annotated[
        tuple[Annotated[tuple[Id, ...], About("Ids of changes in one possible order.", low=2, high=30)], ...],
        About(
            "Possible orders of some of the changes; what comes after the fault becomes a later change.",
            high=50,
        ),
    ] = ()
