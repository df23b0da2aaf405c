from __future__ import annotations

from typing import get_args

from game.core.contest import facts as fact
from game.core.contest.floor import advance, fold
from tests.unit.core.contest.ball import OPENING, START_MS, floor, noted


def test_a_fact_counts_once() -> None:
    story = noted(OPENING)
    assert fold((*story, *story)) == fold(story)
    assert advance(fold(story), story[2]) == fold(story)


def test_a_pause_of_all_stops_the_rounds_clock_and_one_of_a_team_does_not() -> None:
    started_ms = START_MS + 6_000
    paused = floor(fact.Paused(reason="coffee"))
    assert paused.why_paused("t1") == paused.why_paused("") == "coffee"
    assert paused.round is not None
    assert paused.round.elapsed_ms(started_ms + 60_000) == 1_000
    resumed = floor(fact.Paused(reason="coffee"), fact.Resumed(), fact.Paused(reason="ill", team="t2"))
    assert resumed.round is not None
    assert resumed.round.elapsed_ms(started_ms + 60_000) == 59_000
    assert (resumed.why_paused("t1"), resumed.why_paused("t2")) == ("", "ill")


def test_the_latest_run_of_a_team_is_its_run() -> None:
    again = floor(
        fact.RunVoided(run="r1", reason="broken"),
        fact.RunAssigned(round=1, team="t1", run="r9", instead_of="r1", reason="broken"),
    ).round
    assert again is not None
    mine = again.run_of("t1")
    assert mine is not None
    assert (mine.run, mine.voided) == ("r9", "")
    assert again.assignments[0].voided == "broken"
    assert again.playing == ("t1", "t2")


def test_a_role_has_one_holder() -> None:
    people = floor(
        fact.MemberJoined(team="t1", member="m1", name="Ada"),
        fact.MemberJoined(team="t1", member="m2", name="Eve"),
        fact.RoleTaken(team="t1", member="m1", role="commander"),
        fact.RoleTaken(team="t1", member="m2", role="commander"),
    ).team("t1")
    assert people is not None
    assert [(one.name, one.role) for one in people.members] == [("Ada", ""), ("Eve", "commander")]


def test_frozen_until_the_last_line_is_revealed() -> None:
    for revealed, frozen in (((), True), (("t2",), True), (("t2", "t1"), False)):
        facts = [fact.Revealed(round=1, team=team) for team in revealed]
        present = floor(fact.Frozen(round=1), *facts).round
        assert present is not None
        assert present.frozen is frozen


def test_what_may_be_there_once_has_a_key_of_its_own() -> None:
    events: tuple[fact.ContestFact, ...] = (
        *OPENING[:7],
        fact.MemberJoined(team="t1", member="m1", name="Ada"),
        fact.MemberJoined(team="t2", member="m1", name="Ada"),
        fact.SpreadMeasured(round=1, spread_ms=3, moments=()),
        fact.InjectSent(round=1, number=1, sender="x", text="y", teams=()),
        fact.Frozen(round=1),
        fact.Revealed(round=1, team="t1"),
        fact.ScoreCorrected(id="1", round=1, team="t1", points=5, reason="x"),
        fact.RunVoided(run="r1", reason="x"),
        fact.RunAssigned(round=1, team="t1", run="r3", instead_of="r1"),
        fact.RoundEnded(round=1, reason="x"),
        fact.EventClosed(reason="x"),
    )
    keys = [fact.once(event) for event in events]
    assert None not in keys
    assert len(set(keys)) == len(keys)
    assert fact.once(fact.TeamEnrolled(team="t9", name="ADA!")) == fact.once(OPENING[1])
    assert fact.once(fact.InjectSent(round=1, number=0, sender="x", text="y", teams=())) is None
    assert fact.once(fact.Announced(text="x")) is None
    assert len(get_args(fact.ContestFact)) == 21
