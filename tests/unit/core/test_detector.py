"""Impact and recovery against known flips, and everything that must not look like a recovery."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest

from game.core import detector as detection
from game.core.events import ImpactDetected, RecoveryDetected
from game.core.outcome import Operation, Outcome
from game.core.reorder import Settled
from game.core.stack import Cohort

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from game.core.detector import Detector, Finding

COHORTS = (Cohort(name="web", users=40), Cohort(name="bigcookie", users=3), Cohort(name="app", users=7))
MEMBERS = tuple(cohort.name for cohort in COHORTS for _ in range(cohort.users))
RATE = 60
STEP_MS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    at_ms: int
    finding: Finding


def load(bad: Callable[[int, int], bool], until_ms: int, seed: int = 1) -> Iterator[Settled]:
    """A Poisson load in which `bad(start in ms, user)` decides what fails."""
    rng = random.Random(seed)  # noqa: S311 - a simulated load
    at = 0.0
    for settled_ms in range(STEP_MS, until_ms + 1, STEP_MS):
        outcomes: list[Outcome] = []
        while at < settled_ms:
            outcomes.append(request(int(at), rng.randrange(len(MEMBERS)), bad))
            at += rng.expovariate(RATE) * 1000
        yield Settled(settled_ms=settled_ms, planned=len(outcomes), outcomes=tuple(outcomes))


def request(at_ms: int, user: int, bad: Callable[[int, int], bool]) -> Outcome:
    failed = bad(at_ms, user)
    return Outcome(
        started_ms=at_ms,
        took_ms=5,
        user=user,
        cohort=MEMBERS[user],
        operation=Operation.LOGIN,
        ok=not failed,
        reason="status-500" if failed else "",
    )


def watch(stretches: Iterator[Settled], detector: Detector | None = None) -> tuple[Detector, list[Announced]]:
    watching = detector or detection.watching(COHORTS, RATE)
    announced: list[Announced] = []
    for settled in stretches:
        watching, findings = detection.step(watching, settled)
        announced += [Announced(at_ms=settled.settled_ms, finding=finding) for finding in findings]
    return watching, announced


def onset(announced: Announced) -> ImpactDetected:
    assert isinstance(announced.finding, ImpactDetected)
    return announced.finding


def recovery(announced: Announced) -> RecoveryDetected:
    assert isinstance(announced.finding, RecoveryDetected)
    return announced.finding


@pytest.mark.parametrize("seed", range(5))
def test_a_third_of_users_failing_is_found_and_dated_back(seed: int) -> None:
    def third(at: int, user: int) -> bool:
        return 5_000 <= at < 15_000 and user % 3 == 0

    _, announced = watch(load(third, 30_000, seed))
    first, last = announced
    assert 5_000 <= onset(first).onset_ms < 5_400
    assert first.at_ms < 6_500
    assert abs(recovery(last).recovered_ms - 15_000) < 500
    assert last.at_ms - recovery(last).recovered_ms >= 2_900


def test_uncertainty_is_the_mean_gap_between_bad_requests() -> None:
    _, announced = watch(load(lambda at, user: 5_000 <= at < 25_000 and user % 3 == 0, 40_000))
    assert recovery(announced[1]).uncertainty_ms == pytest.approx(1000 / (RATE * 17 / 50), rel=0.5)


def test_a_healthy_load_raises_nothing() -> None:
    assert watch(load(lambda _at, _user: False, 60_000))[1] == []


def test_single_errors_far_apart_raise_nothing() -> None:
    seconds: set[int] = set()

    def stray(at: int, _user: int) -> bool:
        if at % 2_000 < 1_000 or at // 2_000 in seconds:
            return False
        seconds.add(at // 2_000)
        return True

    assert watch(load(stray, 60_000))[1] == []
    assert len(seconds) == 30


def test_a_cohort_of_three_users_is_noticed_and_its_recovery_too() -> None:
    def cohort(at: int, user: int) -> bool:
        return 5_000 <= at < 20_000 and MEMBERS[user] == "bigcookie"

    _, announced = watch(load(cohort, 40_000))
    first, last = announced
    assert 5_000 <= onset(first).onset_ms < 6_000
    assert abs(recovery(last).recovered_ms - 20_000) < 1_200


def test_it_is_not_over_while_a_small_cohort_still_fails() -> None:
    def lingering(at: int, user: int) -> bool:
        return 5_000 <= at < 15_000 or (5_000 <= at < 25_000 and MEMBERS[user] == "bigcookie")

    _, announced = watch(load(lingering, 45_000))
    assert len(announced) == 2
    assert abs(recovery(announced[1]).recovered_ms - 25_000) < 1_200


def test_it_is_not_over_while_one_user_is_still_locked_out() -> None:
    def lingering(at: int, user: int) -> bool:
        return 5_000 <= at < 15_000 or (5_000 <= at < 25_000 and user == 7)

    _, announced = watch(load(lingering, 45_000))
    assert len(announced) == 2
    assert 24_000 < recovery(announced[1]).recovered_ms < 27_000


def test_a_relapse_within_the_hold_time_is_the_same_incident() -> None:
    def gap(at: int, user: int) -> bool:
        return (5_000 <= at < 15_000 or 17_000 <= at < 25_000) and user % 3 == 0

    _, announced = watch(load(gap, 45_000))
    assert len(announced) == 2
    assert abs(recovery(announced[1]).recovered_ms - 25_000) < 500


def test_a_relapse_after_a_recovery_is_a_new_impact() -> None:
    def twice(at: int, user: int) -> bool:
        return (5_000 <= at < 15_000 or 35_000 <= at < 45_000) and user % 3 == 0

    _, announced = watch(load(twice, 65_000))
    assert len(announced) == 4
    assert 35_000 <= onset(announced[2]).onset_ms < 35_500
    assert abs(recovery(announced[3]).recovered_ms - 45_000) < 500


def test_a_stray_error_during_the_hold_time_moves_nothing() -> None:
    def stray(at: int, user: int) -> bool:
        return 5_000 <= at < 15_000 and user % 3 == 0

    clean = list(load(stray, 30_000))
    dirty = list(clean)
    index = next(i for i, settled in enumerate(clean) if settled.settled_ms > 16_500 and settled.outcomes)
    first, *rest = clean[index].outcomes
    dirty[index] = replace(clean[index], outcomes=(replace(first, ok=False, reason="timeout"), *rest))
    quiet, disturbed = watch(iter(clean))[1], watch(iter(dirty))[1]
    assert recovery(disturbed[1]).recovered_ms == recovery(quiet[1]).recovered_ms


def test_silence_is_no_recovery() -> None:
    """Nothing planned and nothing heard after the fault: the good news is only missing."""

    def silent(settled: Settled) -> Settled:
        return settled if settled.settled_ms <= 15_000 else replace(settled, outcomes=(), planned=0)

    stretches = load(lambda at, user: at >= 5_000 and user % 3 == 0, 60_000)
    _, announced = watch(silent(settled) for settled in stretches)
    assert len(announced) == 1


def test_missing_load_is_no_recovery_until_it_arrives() -> None:
    """A fifth of what was planned got lost: what remains is good, and still proves nothing."""

    def lossy(settled: Settled) -> Settled:
        if not 15_000 < settled.settled_ms <= 30_000:
            return settled
        return replace(settled, planned=settled.planned + 1)

    stretches = load(lambda at, user: 5_000 <= at < 15_000 and user % 3 == 0, 45_000)
    _, announced = watch(lossy(settled) for settled in stretches)
    assert len(announced) == 2
    assert announced[1].at_ms > 30_000
    assert abs(recovery(announced[1]).recovered_ms - 15_000) < 500


def test_it_names_the_cohorts_that_are_impacted() -> None:
    watching, _ = watch(load(lambda at, user: at >= 5_000 and MEMBERS[user] == "bigcookie", 12_000))
    assert "bigcookie" in watching.impacted
    assert "web" not in watching.impacted


def test_a_slow_stream_is_asked_for_a_coarser_fault() -> None:
    shares = {stream.cohort: stream.law.impact_share for stream in detection.watching(COHORTS, RATE).streams}
    assert shares[""] == shares["web"] == pytest.approx(0.2)
    assert shares["bigcookie"] > shares["app"] > 0.2
