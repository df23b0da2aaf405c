from __future__ import annotations

from dataclasses import replace

import pytest

from game.core import events as fact
from game.core.score import RULES, achievable, score, worth
from game.core.verdict import judge_rollback
from game.errors import UsageError
from tests.unit.core.runs import (
    ANSWER,
    END_MS,
    GUILTY,
    LIMIT,
    OPENING,
    PAGE_MS,
    PAGED,
    Play,
    commanded,
    diagnosis,
    journal,
    points,
    recovered,
    resolved,
    restarted,
    sample,
    wrong,
)


def test_the_reference_run_earns_everything() -> None:
    result = score(Play().recorded())
    assert (result.total, result.achievable, achievable(ANSWER), result.rules) == (1000, 1000, 1000, RULES)
    assert result.counts
    assert all(line.evidence for line in result.lines)
    assert not result.cannot_tell


def test_the_lines_are_worth_what_the_rubric_says() -> None:
    assert {line.reason: line.of for line in score(Play().recorded()).lines} == {
        "acknowledge": 50,
        "component": 80,
        "mechanism": 120,
        "change": 150,
        "scope": 50,
        "recovery": 200,
        "surgical": 150,
        "no-drift": 50,
        "no-collateral": 50,
        "validated": 50,
        "record": 50,
    }


def test_doing_nothing_earns_nothing() -> None:
    idle = Play(acknowledged=None, diagnosed=None, recovery=None, resolution=None, how="timed-out")
    assert score(idle.recorded()).total == 0
    # Not even when users recover by themselves and the end state happens to be right.
    lucky = journal(
        *PAGED,
        (60_000, recovered(50_000)),
        (END_MS - 2, fact.RollbackJudged(surgical="right", drift="right", reasons=())),
        (END_MS - 1, fact.Closed(how="timed-out", reason="")),
        (END_MS, ANSWER),
    )
    assert score(lucky).total == 0


def test_a_blind_revert_earns_at_most_400() -> None:
    blind = score(Play(diagnosed=None).recorded())
    assert blind.total == 400
    assert points(blind)["blind-revert"] == -200
    guessed = score(Play(diagnosed=None, more=((1_000, wrong(1)),)).recorded())
    assert guessed.total == 400
    found = score(
        Play(diagnosed=None, more=((1_000, diagnosis(1, component="dns", mechanism="overload")),)).recorded()
    )
    assert found.total == 800  # The change and the scope are right: it was no blind revert.


def test_a_diagnosis_without_a_repair_earns_its_own_lines_only() -> None:
    result = score(Play(recovery=None, resolution=None, how="timed-out").recorded())
    assert result.total == 50 + 80 + 120 + 150 + 50


def test_shotgun_diagnosis_does_not_pay() -> None:
    guesses = (
        (1_000, diagnosis(1, change="b" * 40)),
        (2_000, diagnosis(2, mechanism="slow-query", change="e" * 40)),
        (3_000, diagnosis(3, mechanism="map-entry", change="f" * 40)),
        (4_000, wrong(4)),
        (5_000, diagnosis(5)),  # The fifth does not count.
    )
    result = score(Play(diagnosed=None, recovery=None, resolution=None, more=guesses).recorded())
    assert points(result) == {**dict.fromkeys(points(result), 0), "acknowledge": 50, "wrong-again": -50}


def test_the_last_word_counts_from_when_it_stayed_right() -> None:
    later = LIMIT // 2
    flipped = ((100_000, diagnosis(1)), (150_000, wrong(2)), (later, diagnosis(3)))
    result = points(score(Play(diagnosed=None, more=flipped).recorded()))
    assert result["change"] == worth(150, elapsed_ms=later, par_ms=300_000, limit_ms=LIMIT) < 150
    stayed = ((100_000, diagnosis(1)), (later, diagnosis(2)))
    assert points(score(Play(diagnosed=None, more=stayed).recorded()))["change"] == 150


def test_a_wrong_field_costs_from_its_second_time() -> None:
    once = ((1_000, wrong(8)),)
    twice = (*once, (2_000, wrong(9)))
    assert "wrong-again" not in points(score(Play(more=once).recorded()))
    assert points(score(Play(more=twice).recorded()))["wrong-again"] == -100
    empty = tuple(
        (1_000 + n, diagnosis(10 + n, component="", mechanism="", change="", cohort="")) for n in range(3)
    )
    assert "wrong-again" not in points(score(Play(more=empty).recorded()))


def test_submissions_before_the_page_and_twice_the_same_count_nothing() -> None:
    early = journal(
        *PAGED,
        (25_000, diagnosis(1)),
        (END_MS - 1, fact.Closed(how="timed-out", reason="")),
        (END_MS, ANSWER),
    )
    assert score(early).total == 0
    again = ((201_000, diagnosis(1, mechanism="slow-query")),)  # The same id: a retry of the first.
    assert score(Play(more=again).recorded()).total == 1000


@pytest.mark.parametrize(
    ("more", "lost"),
    [
        (((1_000, restarted()),), {"no-collateral": 0, "innocent-layer": -30}),
        (((1_000, restarted("haproxy", "haproxy")),), {"no-collateral": 0, "innocent-layer": -30}),
        (
            (
                (
                    1_000,
                    fact.ServiceActionTaken(actor="", service="auth1", layer="auth-service", action="start"),
                ),
            ),
            {},
        ),
        (((310_000, commanded("set server be_auth/auth2 state drain")),), {"no-collateral": 0}),
        (((310_000, commanded("@1 disable health be_auth/auth2")),), {"no-collateral": 0}),
        (
            (
                (310_000, commanded("set server be_auth/auth2 state drain")),
                (320_000, commanded("set server be_auth/auth2 state ready")),
            ),
            {},
        ),
        (((1_000, commanded("disable server be_auth/auth2")),), {}),  # The reload of the repair undid it.
        (((1_000, fact.HintTaken(hint=1, cost=30, text="")),), {"hints": -30}),
        (((301_000, fact.HintTaken(hint=1, cost=30, text="")),), {}),
        (((1_000, sample(PAGE_MS, 201)),), {"users-hurt": -2}),
        (((1_000, sample(PAGE_MS, 200)),), {"users-hurt": -1}),
        (((1_000, sample(PAGE_MS - 1, 200)),), {}),
        (((1_000, sample(PAGE_MS, 90_000)),), {"users-hurt": -100}),
        (((1_000, resolved()),), {"validated": 0, "declared-early": -25}),
        (((250_000, fact.ImpactDetected(onset_ms=1, uncertainty_ms=1)),), {}),
    ],
)
def test_what_is_lost_and_deducted(more: tuple[tuple[int, fact.Event], ...], lost: dict[str, int]) -> None:
    clean, result = points(score(Play().recorded())), points(score(Play(more=more).recorded()))
    assert result == {**clean, **lost}


def test_a_relapse_takes_the_recovery_back() -> None:
    relapse = (350_000, fact.ImpactDetected(onset_ms=PAGE_MS + 349_000, uncertainty_ms=50))
    lost = points(score(Play(more=(relapse,), how="timed-out").recorded()))
    assert lost["recovery"] == lost["surgical"] == lost["validated"] == lost["record"] == 0
    assert lost["declared-early"] == -25
    back = (390_000, recovered(PAGE_MS + 380_000))
    assert score(Play(more=(relapse, back)).recorded()).total == 1000


@pytest.mark.parametrize(
    "record",
    [
        resolved(change="b" * 40),
        resolved(guard="load-test"),
        resolved(unnoticed="no idea"),
        resolved(change=""),
    ],
)
def test_a_poor_record_earns_nothing(record: fact.Resolved) -> None:
    result = points(score(Play(resolution=None, more=((400_000, record),)).recorded()))
    assert (result["record"], result["validated"]) == (0, 50)


def test_what_cannot_be_told_costs_nobody_anything_and_is_flagged() -> None:
    result = score(Play(differences=None, drift=None).recorded())
    assert (result.total, result.cannot_tell) == (1000, ("surgical", "no-drift"))
    foreign = score(Play(answer=replace(ANSWER, mechanism="gremlins")).recorded())
    assert (foreign.total, foreign.cannot_tell) == (1000, ("mechanism",))
    assert (
        score(Play(differences=None, diagnosed=None, recovery=None, resolution=None).recorded()).total == 50
    )


@pytest.mark.parametrize("how", ["void", "interrupted"])
def test_a_run_that_the_platform_ended_has_no_score(how: str) -> None:
    result = score(Play(how=how).recorded())
    assert (result.lines, result.total, result.counts) == ((), 0, False)
    assert how in result.why


def test_an_aborted_run_shows_its_lines_but_does_not_count() -> None:
    result = score(Play(how="aborted").recorded())
    assert (result.total, result.counts) == (1000, False)


def test_a_sealed_answer_gives_no_score_unless_it_is_brought() -> None:
    sealed = Play().recorded()[:-1]
    assert score(sealed).why == "the answer is still sealed"
    assert score(sealed, revealed=ANSWER).total == 1000
    assert score(()).lines == ()


def test_rules_that_are_not_known_are_refused() -> None:
    with pytest.raises(UsageError, match="rules 7"):
        score(Play().recorded(), rules=7)


def test_a_false_alarm_is_solved_by_saying_so() -> None:
    answer = replace(
        ANSWER, component="none", mechanism="false-alarm", change="", share=0.0, cohort="none", layer=""
    )
    right = diagnosis(1, component="none", mechanism="false-alarm", change="", share=0.0, cohort="none")
    end = ((END_MS - 1, fact.Closed(how="resolved", reason="")), (END_MS, answer))
    judged = (END_MS - 2, fact.RollbackJudged(surgical="right", drift="right", reasons=()))
    paged = (PAGE_MS, fact.Paged(alert="AUTH-SLO", text=""))
    said = (PAGE_MS + 9_000, right), (PAGE_MS + 20_000, resolved(change=""))
    acknowledged = (PAGE_MS + 5_000, fact.Acknowledged(by="solo"))
    solved = score(journal(*OPENING, paged, acknowledged, *said, judged, *end))
    assert solved.total == achievable(answer) == solved.achievable == 800
    assert score(journal(*OPENING, paged, judged, *end)).total == 0
    assert score(journal(*OPENING, paged, said[1], judged, *end)).total == 0


def test_time_factor_at_its_corners() -> None:
    assert [worth(200, elapsed_ms=ms, par_ms=100, limit_ms=200) for ms in (0, 100, 101, 150, 200, 300)] == [
        200,
        200,
        198,
        130,
        60,
        60,
    ]


def test_the_change_may_be_named_by_its_beginning() -> None:
    short = ((10_000, diagnosis(1, change=GUILTY[:8])),)
    assert points(score(Play(diagnosed=None, more=short).recorded()))["change"] == 150


def test_a_recovery_that_serves_only_the_load_earns_what_was_understood_and_no_more() -> None:
    def points(shut_out: tuple[str, ...]) -> dict[str, int]:
        play = Play()
        judged = judge_rollback(differences=(), drift=(), recovered=True, shut_out=shut_out)
        events = tuple(
            replace(one, event=judged) if isinstance(one.event, fact.RollbackJudged) else one
            for one in play.recorded()
        )
        return {line.reason: line.points for line in score(events).lines}

    honest, shut = points(()), points(("nat: login status-403",))
    repair = ("recovery", "surgical", "no-drift", "no-collateral", "validated", "record")
    assert all(honest[reason] > 0 and shut[reason] == 0 for reason in repair)
    assert all(
        shut[reason] == honest[reason] for reason in ("acknowledge", "component", "mechanism", "change")
    )


@pytest.mark.parametrize(
    ("difference", "points"),
    [
        ("backend be_auth: removed: server auth4 127.0.0.1:20004 cookie a4", 0),
        ("backend be_auth: removed: option httpchk", 0),
        ("backend be_auth: removed: http-check expect status 200", 0),
        ("backend be_auth: removed: balance leastconn", 50),
        ("backend be_auth: added: server auth5 127.0.0.1:20005", 50),
    ],
)
def test_a_server_or_a_check_that_the_repair_took_away_is_collateral(difference: str, points: int) -> None:
    lines = {line.reason: line for line in score(Play(differences=(difference,)).recorded()).lines}
    assert lines["surgical"].points == 0
    assert lines["no-collateral"].points == points
