"""What a rehearsal finds: proofs that hold or fail, and one record an exercise."""

from __future__ import annotations

from dataclasses import dataclass


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
class Time:
    """Seconds after the fault (onset) or after the repair (recovery), with the uncertainty in seconds."""

    seconds: float
    uncertainty: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What became of a wrong turn or a cheat.

    Shares of users hurt and of requests failing afterwards, and whether it counted as the right recovery.
    """

    name: str
    bad_share: float
    request_share: float
    recovered: bool
    as_declared: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """The record of one exercise and seed; `bad_share` is of users, scores in points."""

    code: str
    seed: int
    ok: bool
    bad_share: float
    cohorts: tuple[CohortShare, ...]
    onset_s: Time | None
    recovery_s: Time | None
    reference_score: int
    achievable: int
    do_nothing_score: int
    blind_revert_score: int
    wrong_turns: tuple[Turn, ...]
    cheats: tuple[Turn, ...]
    seconds: float
    failures: tuple[Failure, ...]
