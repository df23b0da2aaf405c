"""What a rehearsal finds: proofs that hold or fail, and one record an exercise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Outcome = Literal["refused", "earns nothing", "repairs", "pays"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A proof that does not hold: which, what was measured, which bound it missed."""

    proof: str
    measured: str
    bound: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortShare:
    """Share of requests of one cohort that failed, 0-1."""

    cohort: str
    bad_share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What the seed chose for one variant, as text; the order of the changes goes by the name of `order`."""

    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Time:
    """Seconds after the fault (onset) or after the repair (recovery), with the uncertainty in seconds."""

    seconds: float
    uncertainty: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What became of a wrong turn.

    Shares of users hurt and of requests failing afterwards, and whether it counted as the right recovery. `taken_with`: all
    that were taken at once, itself included; empty when it was taken alone.
    """

    name: str
    bad_share: float
    request_share: float
    recovered: bool
    as_declared: bool
    taken_with: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cheat:
    """What became of an attempt to score without repairing.

    `outcome`: refused (the game did not let it happen), earns nothing, repairs (it really served users again, clumsily),
    or pays. `earned` are the points of the lines it earned, `words` what was said about it.
    """

    name: str
    outcome: Outcome
    earned: int
    request_share: float
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """What an offer of a duel did: the greatest share of users hurt, and whether a preview had somebody shut out.

    `previewed` is None where previews cannot be measured.
    """

    change: str
    good: bool
    bad_share: float
    previewed: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """How long after the change it showed what was bought, in seconds; None if it did not."""

    buy: tuple[str, ...]
    shows: str
    seconds: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """What became of the other end states that the exercise accepts; `why` has the judge's reasons."""

    recovered: bool
    right: bool
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """The record of one exercise and seed; `bad_share` is of users, scores in points. What was not measured is nothing.

    `chose`: by the seed. `evidence`: the folders of the runs, kept when a proof failed. `attempts`: how often it was measured.
    `spoilt`: what failed in attempts before the last one.
    `load_average`: the machine's, of the latest minute: far above the number of cores a failure says little.
    `runtime` and `haproxy`: on what it was measured; the latter is a version, empty where the runtime does not tell.
    """

    code: str
    seed: int
    ok: bool
    runtime: str = ""
    haproxy: str = ""
    chose: tuple[Chosen, ...] = ()
    bad_share: float = 0.0
    cohorts: tuple[CohortShare, ...] = ()
    onset_s: Time | None = None
    recovery_s: Time | None = None
    reference_score: int = 0
    achievable: int = 0
    do_nothing_score: int = 0
    blind_revert_score: int = 0
    wrong_turns: tuple[Turn, ...] = ()
    offers: tuple[Offered, ...] = ()
    bought: tuple[Purchase, ...] = ()
    accepted: Accepted | None = None
    cheats: tuple[Cheat, ...] = ()
    failures: tuple[Failure, ...] = ()
    spoilt: tuple[Failure, ...] = ()
    evidence: tuple[str, ...] = ()
    attempts: int = 1
    load_average: float = 0.0
    seconds: float = 0.0
