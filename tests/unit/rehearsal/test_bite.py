from __future__ import annotations

import pytest

from game.core.events import CohortSample, LoadSampled
from game.rehearsal.bite import Bite, share_of_requests
from game.rehearsal.proof import CohortShare

TILLS = Bite(
    bad_share=0.2,
    request_share=0.16,
    cohorts=(CohortShare(cohort="web", bad_share=0.0), CohortShare(cohort="tls12", bad_share=0.8)),
    scope="tls12",
    onset_s=0.5,
    onset_uncertainty_s=0.1,
)


def second(bad: int, *, mine: int, mine_bad: int) -> LoadSampled:
    """A second in which `mine` of 40 requests are the cohort's."""
    cohorts = (
        CohortSample(cohort="web", offered=40 - mine, bad=bad - mine_bad, p95_ms=90),
        CohortSample(cohort="tls12", offered=mine, bad=mine_bad, p95_ms=90),
    )
    return LoadSampled(
        from_ms=0, to_ms=1000, offered=40, bad=bad, p95_ms=90, limbo=0, users=50, cohorts=cohorts, reasons=()
    )  # fmt: skip


def test_a_cohort_that_fails_as_before_leaves_the_bite_whole_however_few_of_all_requests_are_its_own() -> (
    None
):
    # 2 of 40 requests would be less than a third of what failed before.
    assert TILLS.left([second(2, mine=2, mine_bad=2), second(2, mine=2, mine_bad=2)]) == pytest.approx(1.25)


def test_too_few_requests_of_a_cohort_are_chance() -> None:
    assert TILLS.left([second(2, mine=2, mine_bad=2)]) == pytest.approx(0.05 / 0.16)


def test_a_cohort_that_is_served_does_not_hide_that_others_fail_instead() -> None:
    assert TILLS.left([second(20, mine=6, mine_bad=0)]) == pytest.approx(0.5 / 0.16)
    assert TILLS.left([second(0, mine=6, mine_bad=0)]) == 0


def test_of_everybodys_fault_all_requests_tell() -> None:
    everybody = Bite(
        bad_share=0.5, request_share=0.5, cohorts=TILLS.cohorts, scope="all", onset_s=0, onset_uncertainty_s=0
    )  # fmt: skip
    assert everybody.left([second(10, mine=5, mine_bad=5)]) == pytest.approx(0.5)


def test_no_load_is_as_bad_as_can_be() -> None:
    assert share_of_requests([]) == 1.0
    assert TILLS.left([]) == pytest.approx(1 / 0.16)
