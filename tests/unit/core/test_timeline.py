from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, get_args

import pytest

from game.core import events as fact
from game.core.once import once
from game.core.timeline import LayerTime, Phase, RunState, advance, durations, fold
from tests.unit.core.runs import (
    ANSWER,
    END_MS,
    FAULT_MS,
    MINUTES,
    ONSET_MS,
    OPENED,
    OPENING,
    PAGE_MS,
    PAGED,
    Play,
    applied,
    commanded,
    diagnosis,
    journal,
    recovered,
    resolved,
    restarted,
    sample,
    wrong,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

At = tuple[int, fact.Event]
ACKNOWLEDGED: At = (31_000, fact.Acknowledged(by="solo"))
DIAGNOSED: At = (40_000, wrong(1))
RECOVERED: At = (53_000, recovered(50_000))
RELAPSED: At = (60_000, fact.ImpactDetected(onset_ms=59_000, uncertainty_ms=60))
RESOLVED: At = (55_000, resolved())


def closed(how: str) -> At:
    return (END_MS, fact.Closed(how=how, reason=""))  # type: ignore[arg-type]  # one of its words


def phases(facts: Iterable[At]) -> list[Phase]:
    state, seen = RunState(), [Phase.PREPARING]
    for recorded in journal(*facts):
        state = advance(state, recorded)
        if state.phase is not seen[-1]:
            seen.append(state.phase)
    return seen


def test_the_phases_of_a_run_that_goes_well() -> None:
    assert phases((*PAGED, ACKNOWLEDGED, DIAGNOSED, RECOVERED, RESOLVED, closed("resolved"))) == [
        Phase.PREPARING,
        Phase.STEADY,
        Phase.FAULTED,
        Phase.PAGED,
        Phase.ACKNOWLEDGED,
        Phase.DIAGNOSED,
        Phase.RECOVERED,
        Phase.VALIDATED,
    ]


@pytest.mark.parametrize(
    ("facts", "phase"),
    [
        ((*PAGED, RECOVERED, (54_000, fact.Acknowledged(by="solo"))), Phase.RECOVERED),
        ((*PAGED, ACKNOWLEDGED, RECOVERED, RELAPSED), Phase.ACKNOWLEDGED),
        ((*PAGED, ACKNOWLEDGED, DIAGNOSED, RECOVERED, RELAPSED), Phase.DIAGNOSED),
        ((*PAGED, DIAGNOSED, RECOVERED, RELAPSED, (70_000, recovered(65_000))), Phase.RECOVERED),
        ((*PAGED, (49_000, resolved()), RECOVERED), Phase.RECOVERED),
        ((*PAGED, (49_960, resolved()), RECOVERED), Phase.VALIDATED),
        ((*PAGED, (49_000, resolved()), RECOVERED, RESOLVED), Phase.VALIDATED),
        ((*PAGED, ACKNOWLEDGED, RESOLVED, closed("resolved")), Phase.ACKNOWLEDGED),
        ((*OPENING, (25_000, diagnosis(1))), Phase.FAULTED),
        ((*PAGED, RECOVERED, closed("timed-out")), Phase.TIMED_OUT),
        ((*PAGED, closed("aborted")), Phase.ABORTED),
        ((*PAGED, closed("interrupted")), Phase.ABORTED),
        (((0, OPENED), (1, fact.Closed(how="void", reason="no steady state"))), Phase.VOID),
    ],
)
def test_the_phase_is_sensible_in_any_order(facts: tuple[At, ...], phase: Phase) -> None:
    assert fold(journal(*facts)).phase is phase


def test_right_and_wrong_diagnoses_look_the_same() -> None:
    right, guessed = (fold(journal(*PAGED, (40_000, made))) for made in (diagnosis(1), wrong(1)))
    assert right.phase is guessed.phase is Phase.DIAGNOSED


def test_milestones_and_durations() -> None:
    state = fold(Play().recorded())
    assert state.opened == OPENED
    assert (state.fault_at_ms, state.onset_ms, state.paged_at_ms) == (FAULT_MS, ONSET_MS, PAGE_MS)
    assert (state.acknowledged_at_ms, state.recovered_ms) == (PAGE_MS + 30_000, PAGE_MS + 300_000)
    assert (state.onset_uncertainty_ms, state.recovery_uncertainty_ms) == (60, 50)
    assert state.recovery_declared_at_ms == PAGE_MS + 303_500
    assert state.ends_at_ms == FAULT_MS + MINUTES * 60_000
    spans = durations(state)
    assert (spans.page_to_acknowledgement, spans.page_to_diagnosis, spans.page_to_recovery) == (
        30_000,
        200_000,
        300_000,
    )
    assert (spans.onset_to_page, spans.onset_to_recovery) == (
        PAGE_MS - ONSET_MS,
        PAGE_MS + 300_000 - ONSET_MS,
    )
    assert spans.onset_to_recovery_uncertainty == 110
    assert durations(RunState()).page_to_close is None


def test_what_came_before_the_fault_is_no_milestone() -> None:
    before = (
        (16_000, fact.ImpactDetected(onset_ms=15_900, uncertainty_ms=9)),
        (17_000, fact.Paged(alert="chronic", text="")),
        (18_000, recovered(17_900)),
        (19_000, fact.Acknowledged(by="solo")),
    )
    state = fold(journal(*OPENING, *before))
    assert (state.impact, state.page, state.recovery, state.acknowledgement) == (None, None, None, None)
    assert state.open_page is not None
    assert state.phase is Phase.FAULTED


def test_a_recovery_without_an_impact_is_none() -> None:
    assert fold(journal(*OPENING, (30_000, recovered(29_000)))).recovery is None


def test_retries_change_nothing() -> None:
    run = Play(more=((1_000, diagnosis(9)),)).recorded()
    state = fold(run)
    assert fold((*run, *run[5:])) == state
    twice = fold(journal(*PAGED, (40_000, diagnosis(1)), (41_000, wrong(1)), (42_000, diagnosis(2))))
    assert [made.event.id for made in twice.diagnoses] == ["1", "2"]
    hint = fact.HintTaken(hint=1, cost=30, text="")
    hinted = fold(journal(*PAGED, (40_000, hint), (41_000, hint), (42_000, replace(hint, hint=2, cost=60))))
    assert hinted.hints_cost == 90


def test_users_in_limbo_and_failures_add_up() -> None:
    samples = ((19_000, sample(18_000, 3, limbo=1)), (26_000, sample(25_000, 40, limbo=15)))
    after = ((31_200, sample(30_000, 50, limbo=16)), (30_100, sample(29_000, 45, limbo=15)))
    state = fold(journal(*PAGED, *samples, *after))
    assert state.failed_total == 138
    assert state.failed_after_page == 50
    assert state.limbo_user_ms == (15 + 15 + 16) * 1000
    assert state.sample is not None
    assert state.sample.event.from_ms == 30_000


def test_time_spent_looking_by_layer() -> None:
    looks = (
        (10_000, fact.LookedAt(layer="redis", instrument="redis")),
        (32_000, fact.LookedAt(layer="postgres", instrument="psql")),
        (40_000, fact.LookedAt(layer="haproxy", instrument="logs")),
        (200_000, fact.LookedAt(layer="postgres", instrument="psql")),
        (205_000, fact.Closed(how="aborted", reason="")),
    )
    assert fold(journal(*PAGED, *looks)).looked == (
        LayerTime(layer="haproxy", spent_ms=60_000),
        LayerTime(layer="postgres", spent_ms=13_000),
        LayerTime(layer="redis", spent_ms=12_000),
    )


def test_page_drift_and_pause_open_and_clear() -> None:
    state = fold(
        journal(
            *PAGED,
            (31_000, fact.DriftSeen(fields=("weight of auth2",))),
            (32_000, fact.ClockPaused(reason="asleep")),
        )
    )
    assert (state.drift_fields, state.paused) == (("weight of auth2",), "asleep")
    assert state.open_page is not None
    more = (
        (33_000, fact.DriftCleared()),
        (34_000, fact.ClockResumed()),
        (35_000, fact.PageCleared(alert="another")),
        (36_000, fact.PageCleared(alert="AUTH-SLO")),
    )
    seen = [fold(journal(*PAGED, (32_000, fact.ClockPaused(reason="x")), *more[:count])) for count in (3, 4)]
    assert seen[0].open_page is not None
    assert (seen[1].drift_fields, seen[1].paused, seen[1].open_page) == ((), None, None)
    assert seen[1].page is not None


def test_what_was_done_is_kept() -> None:
    done: tuple[fact.Event, ...] = (
        applied(),
        fact.ConfigurationRefused(actor="solo", stage="check", words=("unknown keyword",)),
        commanded("show stat"),
        restarted(),
        fact.Escalated(by="solo", reply=""),
        fact.NoteWritten(by="solo", text=""),
        fact.MessageReceived(sender="manager", text=""),
        fact.ServiceDied(service="redis", what="started again"),
    )
    state = fold(journal(*PAGED, *((40_000 + n, event) for n, event in enumerate(done))))
    kept = (
        *(state.applied + state.refused + state.runtime_actions + state.service_actions),
        *(state.escalations + state.notes + state.messages + state.deaths),
    )
    assert tuple(stamped.event for stamped in kept) == done
    assert state.escalated
    assert state.later_revisions == ("d" * 40,)


def test_nothing_but_judgement_and_answer_counts_after_the_end() -> None:
    run = journal(*PAGED, (50_000, fact.Closed(how="timed-out", reason="")))
    late: tuple[fact.Event, ...] = (
        fact.Acknowledged(by="solo"),
        diagnosis(1),
        recovered(49_000),
        sample(49_000, 9),
        resolved(),
        fact.Closed(how="resolved", reason=""),
    )
    numbered = tuple(
        fact.Recorded(seq=len(run) + n, at_ms=51_000, wall_ms=0, event=event)
        for n, event in enumerate(late, 1)
    )
    before, after = fold(run), fold((*run, *numbered))
    assert replace(after, seq=before.seq, at_ms=before.at_ms) == before
    judged = fact.RollbackJudged(surgical="right", drift="right", reasons=())
    ended: tuple[fact.Event, ...] = (judged, ANSWER)
    sealed = tuple(
        fact.Recorded(seq=len(run) + n, at_ms=52_000, wall_ms=0, event=event)
        for n, event in enumerate(ended, 1)
    )
    opened = fold((*run, *sealed))
    assert opened.judged is not None
    assert opened.revealed is not None


def test_every_kind_of_fact_is_taken_in() -> None:
    kinds = {type(recorded.event) for recorded in Play().recorded()}
    assert kinds < set(get_args(fact.Event))
    for recorded in Play().recorded():
        assert advance(RunState(), recorded).seq == recorded.seq


def test_what_counts_once_has_a_key() -> None:
    assert once(diagnosis(3)) == "diagnosis:3"
    assert once(fact.HintTaken(hint=2, cost=1, text="")) == "hint:2"
    assert once(ANSWER) == "revealed"
    assert once(resolved()) is None
