from __future__ import annotations

from dataclasses import replace

from game.core.events import CohortSample
from game.core.outcome import Operation, Outcome
from game.core.reorder import Settled
from game.core.sampler import Sampler, p95, step

EMPTY = Sampler(cohorts=("web", "nat"), users=4, from_ms=500)


def outcome(at_ms: int, user: int = 0, reason: str = "", took_ms: int = 10, cohort: str = "web") -> Outcome:
    return Outcome(
        started_ms=at_ms,
        took_ms=took_ms,
        user=user,
        cohort=cohort,
        operation=Operation.LOGIN,
        ok=not reason,
        reason=reason,
    )


def settled(until_ms: int, *outcomes: Outcome, planned: int | None = None) -> Settled:
    return Settled(
        settled_ms=until_ms, planned=len(outcomes) if planned is None else planned, outcomes=outcomes
    )


def test_a_second_is_told_once_it_is_complete() -> None:
    sampler, samples = step(
        EMPTY, settled(1_499, outcome(600), outcome(1_400, user=1, reason="timeout", took_ms=2000))
    )
    assert samples == ()
    _, samples = step(sampler, settled(1_600, outcome(1_550, user=2)))
    (sample,) = samples
    assert (sample.from_ms, sample.to_ms, sample.offered, sample.bad) == (500, 1_500, 2, 1)
    assert sample.reasons == (("timeout", 1),)
    assert sample.p95_ms == 2000
    assert sample.cohorts == (
        CohortSample(cohort="web", offered=2, bad=1, p95_ms=2000),
        CohortSample(cohort="nat", offered=0, bad=0, p95_ms=0),
    )


def test_empty_seconds_are_told_too() -> None:
    _, samples = step(EMPTY, settled(3_700, outcome(600), outcome(3_600)))
    assert [(sample.from_ms, sample.offered) for sample in samples] == [(500, 1), (1_500, 0), (2_500, 0)]


def test_limbo_begins_with_a_failed_login_and_ends_with_a_successful_one() -> None:
    sampler, samples = step(
        EMPTY,
        settled(1_500, outcome(600, user=1, reason="status-500"), outcome(700, user=2, reason="timeout")),
    )
    assert samples[0].limbo == 2
    _, samples = step(sampler, settled(2_500, outcome(1_600, user=1)))
    assert samples[0].limbo == 1


def test_a_failed_session_is_no_limbo() -> None:
    failed = replace(outcome(600, reason="status-401"), operation=Operation.SESSION)
    _, samples = step(EMPTY, settled(1_500, failed))
    assert (samples[0].bad, samples[0].limbo) == (1, 0)


def test_what_was_planned_and_never_told_is_bad() -> None:
    sampler, _ = step(EMPTY, settled(1_000, outcome(600), planned=3))
    _, samples = step(sampler, settled(1_500))
    assert (samples[0].offered, samples[0].bad) == (3, 2)
    assert samples[0].reasons == (("missing", 2),)


def test_what_was_not_sent_has_no_latency() -> None:
    _, samples = step(EMPTY, settled(1_500, outcome(600), outcome(700, reason="not-sent", took_ms=1_500)))
    assert (samples[0].bad, samples[0].p95_ms) == (1, 10)


def test_p95_is_the_nearest_rank() -> None:
    assert p95([]) == 0
    assert p95([7]) == 7
    assert p95(list(range(1, 101))) == 95
    assert p95(list(range(1, 21))) == 19
