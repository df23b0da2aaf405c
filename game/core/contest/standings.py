"""Scores -> places. Equal points: fewer failed user requests, then earlier recovery, then a shared place.

Two recoveries that are closer than their uncertainties together cannot be told apart and share a place. That is no
transitive relation, so it is made one from the front: a place is shared with the earliest recovery of its group, never with
one that is merely close to the last.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from game.core.run import RunState
    from game.core.score import Score


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a team has got. `failed`: failed requests of users after the page.

    `recovered_ms`: from the fault to the recovery, None without one, with its uncertainty. `counts` is false for a team
    without a run that counts: it stands behind all others.
    """

    team: str
    points: int
    failed: int = 0
    recovered_ms: int | None = None
    uncertainty_ms: int = 0
    counts: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """`place` counts from 1; after two who share the first comes the third."""

    place: int
    shared: bool
    result: Result

    @property
    def team(self) -> str:
        return self.result.team


def result_of(team: str, state: RunState, earned: Score) -> Result:
    """A run's result, by its score."""
    recovered, fault_ms = state.recovered_ms, state.fault_at_ms
    return Result(
        team=team,
        points=earned.total if earned.counts else 0,
        failed=state.failed_after_page,
        recovered_ms=None if recovered is None or fault_ms is None else max(0, recovered - fault_ms),
        uncertainty_ms=state.recovery_uncertainty_ms or 0,
        counts=earned.counts,
    )


def overall(results: Sequence[Result]) -> Result:
    """Several rounds of one team as one result. Whoever did not recover in one of them has no recovery in all."""
    counted = [one for one in results if one.counts]
    recoveries = [one.recovered_ms for one in counted if one.recovered_ms is not None]
    return Result(
        team=results[0].team,
        points=sum(one.points for one in counted),
        failed=sum(one.failed for one in counted),
        recovered_ms=sum(recoveries) if counted and len(recoveries) == len(results) else None,
        uncertainty_ms=sum(one.uncertainty_ms for one in counted),
        counts=bool(counted),
    )


def corrected(result: Result, points: Iterable[int]) -> Result:
    """With what the facilitator gave or took. A team with a correction counts, even if no run of it does."""
    changes = tuple(points)
    if not changes:
        return result
    return replace(result, points=result.points + sum(changes), counts=True)


def ranked(results: Iterable[Result]) -> tuple[Place, ...]:
    """Every team with its place, the first one first; those who share a place in the order of their names."""
    groups: list[list[Result]] = []
    for result in sorted(results, key=_order):
        if groups and _tied(groups[-1][0], result):
            groups[-1].append(result)
        else:
            groups.append([result])
    places: list[Place] = []
    for group in groups:
        place = len(places) + 1
        alike = sorted(group, key=lambda one: one.team)
        places.extend(Place(place=place, shared=len(group) > 1, result=result) for result in alike)
    return tuple(places)


def _order(result: Result) -> tuple[bool, int, int, bool, int, str]:
    late = result.recovered_ms is None
    return (not result.counts, -result.points, result.failed, late, result.recovered_ms or 0, result.team)


def _tied(first: Result, other: Result) -> bool:
    if (first.counts, first.points, first.failed) != (other.counts, other.points, other.failed):
        return False
    if first.recovered_ms is None or other.recovered_ms is None:
        return first.recovered_ms is other.recovered_ms
    return other.recovered_ms - first.recovered_ms <= first.uncertainty_ms + other.uncertainty_ms
