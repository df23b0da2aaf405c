"""Playing a draft once by machine, to learn what its users feel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from game.catalog.draft import CohortBounds, Expected
from game.director.order import Order
from game.errors import ServiceFailed
from game.rehearsal.bite import samples_since
from game.rehearsal.house import bitten, rehearse

if TYPE_CHECKING:
    from pathlib import Path

    from game.director.performance import Performance
    from game.rehearsal.bite import Bite

# A single play on a busy machine: bounds must leave room for the next one.
MARGIN = 0.08
COHORT_MARGIN = 0.25
# A cohort of whose requests this many fail is hit; of one that is not hit, fewer than half of that do.
HIT = 0.2
SEED = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """`expected` is None when nobody was hurt, or not enough to page; `words` says what was seen."""

    expected: Expected | None
    words: str


def measure_draft(folder: Path, code: str) -> Measured:
    """Play the draft until its page. What keeps the stack from starting is raised; what the fault does is told."""
    with rehearse(Order(code=code, seed=SEED, folder=folder)) as performance:
        try:
            bite = bitten(performance)
        except ServiceFailed as failed:
            return Measured(expected=None, words=f"{failed.what}; {_worst(performance)}")
    hit = [one for one in bite.cohorts if one.bad_share >= HIT]
    named = ", ".join(f"{one.cohort} {one.bad_share:.0%}" for one in hit) or "no cohort in particular"
    words = f"{bite.bad_share:.0%} of users hurt, {bite.request_share:.0%} of requests bad; hit: {named}"
    return Measured(expected=_expected(bite), words=words)


def _worst(performance: Performance) -> str:
    """What was seen although nobody was paged."""
    samples = samples_since(performance, performance.conductor.glimpse().state.fault_at_ms or 0)
    users = max((sample.hurt / sample.users for sample in samples if sample.users), default=0.0)
    requests = max((sample.bad / sample.offered for sample in samples if sample.offered), default=0.0)
    return f"at the worst {users:.0%} of users were hurt, and {requests:.0%} of a second's requests bad"


def _expected(bite: Bite) -> Expected:
    hit = [one for one in bite.cohorts if one.bad_share >= HIT]
    others = [one for one in bite.cohorts if HIT / 2 < one.bad_share < HIT]
    alone = len(hit) == 1 and not others
    return Expected(
        low=_share(bite.bad_share - MARGIN),
        high=_share(bite.bad_share + MARGIN),
        cohorts=tuple(
            CohortBounds(
                cohort=one.cohort,
                low=_share(one.bad_share - COHORT_MARGIN),
                high=_share(one.bad_share + COHORT_MARGIN),
            )
            for one in (hit if len(hit) < len(bite.cohorts) else [])
        ),
        share=_share(bite.bad_share),
        tolerance=MARGIN,
        cohort=hit[0].cohort if alone else "all",
        measured=True,
    )


def _share(value: float) -> float:
    return round(min(1.0, max(0.0, value)), 2)
