"""Request outcomes -> one LoadSampled a second, attributed to the requests' start."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from game.core.events import CohortSample, LoadSampled
from game.core.outcome import SLOW, Operation

if TYPE_CHECKING:
    from game.core.outcome import Outcome
    from game.core.reorder import Settled

SECOND_MS = 1000
HURT_MS = 5000
# What never reached the game although it was planned: the load worker hung, died, or its pipe was full.
MISSING = "missing"
NOT_SENT = "not-sent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampler:
    """A second in the making, `from_ms` on the run clock, and who is in limbo.

    `limbo` holds the users whose latest attempt to log in failed; a successful one, however slow, takes them out. `hurt`
    holds users with the moment of their latest bad request, in ms.
    """

    cohorts: tuple[str, ...]
    users: int
    from_ms: int
    outcomes: tuple[Outcome, ...] = ()
    missing: int = 0
    limbo: frozenset[int] = frozenset()
    hurt: tuple[tuple[int, int], ...] = ()


def step(sampler: Sampler, settled: Settled) -> tuple[Sampler, tuple[LoadSampled, ...]]:
    """Take in the next stretch of load; give back the seconds it completes, empty ones included."""
    samples: list[LoadSampled] = []
    remaining = settled.outcomes
    while settled.settled_ms >= sampler.from_ms + SECOND_MS:
        end = sampler.from_ms + SECOND_MS
        count = sum(1 for outcome in remaining if outcome.started_ms < end)
        sampler = _gather(sampler, remaining[:count])
        remaining = remaining[count:]
        samples.append(_sample(sampler))
        sampler = replace(sampler, from_ms=end, outcomes=(), missing=0)
    sampler = _gather(sampler, remaining)
    missing = max(0, settled.planned - len(settled.outcomes))
    return replace(sampler, missing=sampler.missing + missing), tuple(samples)


def p95(durations_ms: list[int]) -> int:
    """Take the 95th percentile by nearest rank; 0 when nothing was measured."""
    if not durations_ms:
        return 0
    return sorted(durations_ms)[(len(durations_ms) * 95 + 99) // 100 - 1]


def _gather(sampler: Sampler, outcomes: tuple[Outcome, ...]) -> Sampler:
    limbo, hurt = set(sampler.limbo), dict(sampler.hurt)
    for outcome in outcomes:
        if not outcome.ok:
            hurt[outcome.user] = outcome.started_ms
        if outcome.operation is Operation.LOGIN:
            if outcome.ok or outcome.reason == SLOW:
                limbo.discard(outcome.user)
            else:
                limbo.add(outcome.user)
    gathered = (*sampler.outcomes, *outcomes)
    return replace(sampler, outcomes=gathered, limbo=frozenset(limbo), hurt=tuple(sorted(hurt.items())))


def _sample(sampler: Sampler) -> LoadSampled:
    bad = [outcome for outcome in sampler.outcomes if not outcome.ok]
    reasons = Counter(outcome.reason for outcome in bad)
    if sampler.missing:
        reasons[MISSING] = sampler.missing
    return LoadSampled(
        from_ms=sampler.from_ms,
        to_ms=sampler.from_ms + SECOND_MS,
        offered=len(sampler.outcomes) + sampler.missing,
        bad=len(bad) + sampler.missing,
        p95_ms=_p95(sampler.outcomes),
        limbo=len(sampler.limbo),
        users=sampler.users,
        cohorts=tuple(_cohort(name, sampler.outcomes) for name in sampler.cohorts),
        reasons=tuple(sorted(reasons.items())),
        hurt=sum(1 for _, at_ms in sampler.hurt if at_ms >= sampler.from_ms + SECOND_MS - HURT_MS),
    )


def _cohort(name: str, outcomes: tuple[Outcome, ...]) -> CohortSample:
    mine = tuple(outcome for outcome in outcomes if outcome.cohort == name)
    bad = sum(1 for outcome in mine if not outcome.ok)
    return CohortSample(cohort=name, offered=len(mine), bad=bad, p95_ms=_p95(mine))


def _p95(outcomes: tuple[Outcome, ...]) -> int:
    """Leave out what was never sent: it has no duration of its own."""
    return p95([outcome.took_ms for outcome in outcomes if outcome.reason != NOT_SENT])
