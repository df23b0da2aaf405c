from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from game.core.contest.standings import Place, Result, corrected, overall, ranked
from game.core.contest.standings import result_of as result_of_run
from game.core.score import score
from game.core.timeline import fold
from tests.unit.core.runs import Play

results = st.lists(
    st.builds(
        Result,
        team=st.sampled_from([f"t{number}" for number in range(1, 9)]),
        points=st.integers(0, 5).map(lambda tens: tens * 10),
        failed=st.integers(0, 2),
        recovered_ms=st.none() | st.integers(0, 500),
        uncertainty_ms=st.integers(0, 60),
        counts=st.booleans(),
    ),
    max_size=8,
    unique_by=lambda result: result.team,
)


def places(found: tuple[Place, ...]) -> dict[str, int]:
    return {one.team: one.place for one in found}


@given(teams=results, seed=st.randoms(use_true_random=False))
def test_the_order_of_asking_does_not_matter(teams: list[Result], seed: object) -> None:
    shuffled = list(teams)
    seed.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    assert ranked(shuffled) == ranked(teams)


@given(teams=results)
def test_places_are_those_of_a_competition(teams: list[Result]) -> None:
    found = ranked(teams)
    assert sorted(one.team for one in found) == sorted(one.team for one in teams)
    for number, one in enumerate(found, start=1):
        alike = [other for other in found if other.place == one.place]
        assert one.place <= number
        assert one.shared == (len(alike) > 1)
        assert one.place == 1 + sum(other.place < one.place for other in found)


@given(teams=results)
def test_more_points_are_never_behind_and_shared_places_are_honest(teams: list[Result]) -> None:
    for first, then in pairwise(ranked(teams)):
        a, b = first.result, then.result
        assert (not a.counts, -a.points, a.failed) <= (not b.counts, -b.points, b.failed)
        if first.place == then.place:
            assert (a.counts, a.points, a.failed) == (b.counts, b.points, b.failed)


@given(teams=results, which=st.integers(0, 7), more=st.integers(1, 50))
def test_more_points_never_make_a_place_worse(teams: list[Result], which: int, more: int) -> None:
    if not teams:
        return
    lucky = teams[which % len(teams)]
    better = [replace(one, points=one.points + more) if one is lucky else one for one in teams]
    assert places(ranked(better))[lucky.team] <= places(ranked(teams))[lucky.team]


def test_the_rules_of_a_tie() -> None:
    base = Result(team="a", points=500, failed=10, recovered_ms=60_000, uncertainty_ms=50)
    fewer = replace(base, team="b", failed=9, recovered_ms=90_000)
    later = replace(base, team="c", recovered_ms=60_101)
    close = replace(base, team="d", recovered_ms=60_100)
    never = replace(base, team="e", recovered_ms=None)
    assert places(ranked([base, fewer, later, close, never])) == {"b": 1, "a": 2, "d": 2, "c": 4, "e": 5}


def test_a_chain_of_near_ties_ends_at_the_first_ones_uncertainty() -> None:
    chain = [
        Result(team=name, points=1, recovered_ms=at_ms, uncertainty_ms=50)
        for name, at_ms in (("a", 0), ("b", 90), ("c", 180))
    ]
    assert places(ranked(chain)) == {"a": 1, "b": 1, "c": 3}


def test_rounds_add_up_and_what_does_not_count_adds_nothing() -> None:
    one = Result(team="a", points=700, failed=3, recovered_ms=1_000, uncertainty_ms=10)
    void = Result(team="a", points=0, failed=99, counts=False)
    assert overall([one, one]) == replace(one, points=1400, failed=6, recovered_ms=2_000, uncertainty_ms=20)
    assert overall([one, void]) == replace(one, recovered_ms=None)
    assert not overall([void]).counts
    assert corrected(void, [50, -20]) == replace(void, points=30, counts=True)
    assert corrected(void, []) == void


def test_a_run_gives_its_result() -> None:
    events = Play().recorded()
    found = result_of_run("t1", fold(events), score(events))
    assert (found.points, found.recovered_ms, found.uncertainty_ms, found.counts) == (1000, 310_000, 50, True)
    interrupted = Play(how="interrupted").recorded()
    assert result_of_run("t1", fold(interrupted), score(interrupted)).counts is False
