from __future__ import annotations

from game.core.events import LoadSampled
from game.director.choke import MOST_RESTS, REST_MS, Rests, rests


def samples(*bad: int, from_ms: int = 3_000) -> list[LoadSampled]:
    return [
        LoadSampled(
            from_ms=from_ms + place * 1_000,
            to_ms=from_ms + (place + 1) * 1_000,
            offered=60,
            bad=count,
            p95_ms=2_000,
            limbo=0,
            users=50,
            hurt=0,
            cohorts=(),
        )
        for place, count in enumerate(bad)
    ]


def test_a_load_that_mostly_fails_rests_and_is_offered_again() -> None:
    resting = rests(Rests(), samples(60, 55, 40, 60), at_ms=7_000)
    assert resting == Rests(taken=1, until_ms=7_000 + REST_MS)
    assert rests(resting, samples(60, 55, 40, 60), at_ms=9_000) == resting
    assert rests(resting, samples(60, 55, 40, 60), at_ms=11_000) == Rests(taken=1, since_ms=11_000)


def test_a_load_that_gets_better_goes_on() -> None:
    assert rests(Rests(), samples(60, 60, 60, 20), at_ms=7_000) == Rests()
    assert rests(Rests(), samples(60, 60, 60), at_ms=6_000) == Rests()


def test_what_was_measured_before_the_rest_counts_no_longer() -> None:
    again = Rests(taken=1, since_ms=11_000)
    assert rests(again, samples(60, 60, 60, 60), at_ms=12_000) == again


def test_it_does_not_rest_for_ever() -> None:
    worn = Rests(taken=MOST_RESTS)
    assert rests(worn, samples(60, 60, 60, 60), at_ms=7_000) == worn
