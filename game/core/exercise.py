"""An exercise: what a trainee may see (Briefing), what must stay secret until the debrief (Answer), what breaks.

The file format is `exercises/<code>/exercise.yaml`; `game/catalog/` parses it into these types and nothing else does.
All texts and patches here are final: a seed's variant has been chosen and its names filled in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from game.core.sign.plan import NO_SIGN, SignPlan

if TYPE_CHECKING:
    from game.core.control.facts import Mode
    from game.core.duel.plan import DuelPlan
    from game.core.second.worth import Worth


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A commit to the load balancer's repository. `author` is a role; `age_minutes` how long before the fault.

    `approved_by`: the role that agreed to it; `emergency`: why it could not wait for that, where reviews are demanded.
    """

    id: str
    author: str
    message: str
    patch: str
    age_minutes: int = 0
    approved_by: str = ""
    emergency: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LbChange:
    """A commit that is applied through the ordinary path: git, check, reload."""

    kind: Literal["lb_change"] = "lb_change"
    change: Change


@dataclass(frozen=True, slots=True, kw_only=True)
class LbRuntime:
    """Runtime API commands that leave the file innocent. `revert` puts the running state back."""

    kind: Literal["lb_runtime"] = "lb_runtime"
    commands: tuple[str, ...]
    revert: tuple[str, ...]
    actor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LbFile:
    """A map or an error page replaced on the load balancer's disk, and loaded; `path` is relative to the LB's folder.

    Repository and approval are innocent, and every apply puts the approved file back.
    """

    kind: Literal["lb_file"] = "lb_file"
    path: str
    content: str
    actor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LbStale:
    """What runs is not what lies on disk: the approved files with `patch` on top were loaded, then put back unloaded.

    Files and repository are innocent; the approved files only have to be loaded.
    """

    kind: Literal["lb_stale"] = "lb_stale"
    patch: str
    actor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToxicFault:
    """A toxic on a proxied connection. `attributes` as Toxiproxy names them (latency: latency, jitter in ms ...)."""

    kind: Literal["toxic"] = "toxic"
    proxy: str
    toxic: str
    attributes: tuple[tuple[str, int], ...]
    toxicity: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceFault:
    """A service stopped, paused, or restarted with other settings."""

    kind: Literal["service"] = "service"
    service: str
    action: Literal["stop", "pause", "reconfigure"]
    settings: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NoFault:
    """A false alarm: nothing is wrong."""

    kind: Literal["none"] = "none"


Fault = LbChange | LbRuntime | LbFile | LbStale | ToxicFault | ServiceFault | NoFault


@dataclass(frozen=True, slots=True, kw_only=True)
class RedHerring:
    """Something true, innocent and eye-catching, with the layer it points at. It is there before the fault and stays."""

    layer: str
    toxic: ToxicFault | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRule:
    """Pages when the share of bad requests over `window_s` exceeds `bad_share`, `for_s` long; `text` names no cause."""

    name: str
    window_s: int
    bad_share: float
    for_s: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A scripted message: `after_page_s` seconds after the page, from a role."""

    after_page_s: int
    sender: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    cost: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SteadyState:
    window_s: int
    success: float
    p95_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """The proof that the fault bites: bounds on the share of users failing, and per cohort, within `within_s`."""

    bad_share: tuple[float, float]
    cohorts: tuple[tuple[str, float, float], ...] = ()
    within_s: int = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Par:
    """Times after the page, in seconds, at which the full points are still earned."""

    acknowledge_s: int
    diagnose_s: int
    recover_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Briefing:
    """All that a trainee may see before the debrief."""

    code: str
    title: str
    level: int
    minutes: int
    brief: str
    stack: str
    hint_costs: tuple[int, ...]
    par: Par
    cohorts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Leftover:
    """An accepted end state: these lines of a section may remain of the fault, since without the rest they do nothing."""

    section: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What must stay secret until the debrief.

    `change` is the id of the guilty change (a `Change.id`), or empty when no commit is guilty. `scope_share` is the share
    of users (0-1), right within `scope_tolerance`; `scope_cohort` a cohort's name or `all` (hit across cohorts). `also` are
    other mechanisms that are as true: a setting lost at runtime is both drift and what the setting did.
    """

    component: str
    mechanism: str
    change: str
    scope_share: float
    scope_tolerance: float
    scope_cohort: str
    guards: tuple[str, ...]
    revert: tuple[str, ...]
    keep: tuple[str, ...]
    also: tuple[str, ...] = ()
    accept: tuple[Leftover, ...] = ()
    debrief: str = ""
    signal: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongTurn:
    """Something that does not help.

    `do` is a tuple of steps: `restart:postgres`, `revert:oldest`, `lb:<command>`, `drain:auth2`, `toxic:clear`,
    `patch:<file>`, `flush:redis`, `stop:auth2`, `start:auth2`. `expect`: still_bad, or looks_fixed_but_is_not.
    `settle_s`: how long after it users are not looked at yet, when the fault takes its time to bite again.
    """

    name: str
    do: tuple[str, ...]
    expect: Literal["still_bad", "looks_fixed_but_is_not"]
    patch: str = ""
    settle_s: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TourStep:
    """One thing the scripted trainee of `danceoff demo` does: `say` what it thinks, `run` a danceoff command line."""

    say: str
    run: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftBefore:
    """Somebody had the incident before: left with the page, with a note and with what they looked at, as (layer, instrument)."""

    by: str
    note: str
    looked: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exercise:
    """All of it. `change_control`: what a change of the load balancer takes, unless an event says otherwise.

    `follow_ups`: what each is worth in a second round. `before`: whose incident it was at first.
    `duel`: the stream of proposed changes, where nothing breaks unless somebody lets it.
    """

    briefing: Briefing
    answer: Answer
    concepts: tuple[str, ...]
    inspired_by: str
    history: tuple[Change, ...]
    later: tuple[Change, ...]
    faults: tuple[Fault, ...]
    steady_state: SteadyState
    expect: Expectation
    red_herrings: tuple[RedHerring, ...]
    alerts: tuple[AlertRule, ...]
    messages: tuple[Message, ...]
    hints: tuple[Hint, ...]
    wrong_turns: tuple[WrongTurn, ...]
    tour: tuple[TourStep, ...]
    change_control: Mode
    seed: int
    digest: str
    sign: SignPlan = NO_SIGN
    duel: DuelPlan | None = None
    follow_ups: tuple[Worth, ...] = ()
    before: ShiftBefore | None = None

    @property
    def false_alarm(self) -> bool:
        """Whether nothing is broken at all: nobody is hurt, and there is no recovery to wait for."""
        return all(isinstance(fault, NoFault) for fault in self.faults)
