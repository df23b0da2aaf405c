"""Properties that every score must have, under Hypothesis."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from game.core import events as fact
from game.core.score import score, worth
from tests.unit.core.runs import (
    END_MS,
    LIMIT,
    PAGE_MS,
    Play,
    applied,
    commanded,
    diagnosis,
    points,
    recovered,
    resolved,
    restarted,
    sample,
    wrong,
)

moments = st.none() | st.integers(min_value=0, max_value=LIMIT - 5_000)
facts = st.sampled_from(
    (
        diagnosis(2),
        wrong(3),
        wrong(4),
        diagnosis(5, mechanism="slow-query"),
        restarted(),
        restarted("haproxy", "haproxy"),
        restarted("redis", "redis"),
        commanded("set server be_auth/auth2 state maint"),
        applied(),
        resolved(),
        resolved(guard="load-test"),
        fact.HintTaken(hint=1, cost=30, text=""),
        fact.HintTaken(hint=2, cost=120, text=""),
        sample(PAGE_MS + 1_000, 900),
        sample(PAGE_MS + 2_000, 90_000),
        fact.ImpactDetected(onset_ms=PAGE_MS + 5_000, uncertainty_ms=60),
        recovered(PAGE_MS + 9_000),
    )
)
plays = st.builds(
    Play,
    acknowledged=moments,
    diagnosed=moments,
    recovery=moments,
    resolution=moments,
    how=st.sampled_from(("resolved", "timed-out", "aborted")),
    differences=st.sampled_from(((), ("a line",), None)),
    drift=st.sampled_from(((), ("weight",), None)),
    more=st.lists(st.tuples(st.integers(min_value=1, max_value=LIMIT - 5_000), facts), max_size=8).map(tuple),
)


@given(play=plays)
def test_bounded_and_the_sum_of_its_lines(play: Play) -> None:
    result = score(play.recorded())
    assert 0 <= result.total == sum(line.points for line in result.lines) <= 1000
    assert all(line.points <= max(0, line.of) for line in result.lines)
    known = {recorded.seq for recorded in play.recorded()}
    assert all(known.issuperset(line.evidence) for line in result.lines)


@given(
    play=plays,
    delay=st.integers(min_value=0, max_value=LIMIT),
    which=st.sampled_from(("acknowledged", "diagnosed", "recovery")),
)
def test_monotone_a_later_milestone_never_scores_more(play: Play, delay: int, which: str) -> None:
    play = replace(play, more=())
    at_ms = getattr(play, which)
    if at_ms is None:
        return
    later = replace(play, **{which: min(at_ms + delay, LIMIT - 5_000)})
    assert score(later.recorded()).total <= score(play.recorded()).total


@given(play=plays, which=st.sampled_from(("acknowledged", "diagnosed", "recovery")))
def test_monotone_what_never_happens_scores_no_more(play: Play, which: str) -> None:
    play = replace(play, more=())
    never: dict[str, Any] = {which: None}
    assert score(replace(play, **never).recorded()).total <= score(play.recorded()).total


irrelevant = st.sampled_from(
    (
        fact.NoteWritten(by="solo", text="x"),
        fact.MessageReceived(sender="manager", text="x"),
        fact.LookedAt(layer="redis", instrument="redis"),
        fact.StepDone(step="x", took_ms=1),
        fact.DriftCleared(),
        fact.PageCleared(alert="AUTH-SLO"),
    )
)


@given(
    play=plays,
    added=st.lists(st.tuples(st.integers(min_value=0, max_value=LIMIT - 5_000), irrelevant), max_size=5),
)
def test_irrelevant_events_change_nothing(play: Play, added: list[tuple[int, fact.Event]]) -> None:
    with_more = replace(play, more=(*play.more, *added))
    assert points(score(with_more.recorded())) == points(score(play.recorded()))


@given(play=plays, added=st.lists(facts, max_size=5))
def test_whatever_happens_after_the_end_changes_nothing(play: Play, added: list[fact.Event]) -> None:
    run = play.recorded()
    later = tuple(
        fact.Recorded(seq=len(run) + n, at_ms=END_MS + n, wall_ms=0, event=event)
        for n, event in enumerate(added, 1)
    )
    assert score((*run, *later)) == score(run)


@given(
    of=st.integers(min_value=1, max_value=200),
    par=st.integers(min_value=0, max_value=10**7),
    limit=st.integers(min_value=0, max_value=10**7),
    elapsed=st.tuples(st.integers(0, 2 * 10**7), st.integers(0, 2 * 10**7)),
)
def test_time_takes_at_most_seven_tenths(of: int, par: int, limit: int, elapsed: tuple[int, int]) -> None:
    early, late = (worth(of, elapsed_ms=ms, par_ms=par, limit_ms=limit) for ms in sorted(elapsed))
    assert of * 3 // 10 <= late <= early <= of
