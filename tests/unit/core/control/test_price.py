"""What change control costs in points: a broken glass, and a review that is still owed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from game.core.control.facts import Papers, ReviewGiven
from game.core.score import score
from tests.unit.core.runs import ANSWER, Play, applied, points

if TYPE_CHECKING:
    from game.core import events as fact


def test_under_version_1_a_required_review_is_in_no_journal_and_costs_the_record() -> None:
    play = Play(answer=replace(ANSWER, review_required=True))
    assert points(score(play.recorded(), rules=1))["record"] == 0


def test_a_broken_glass_costs_and_costs_more_without_its_review_under_version_2_only() -> None:
    papers = Papers(change="c1", emergency="users are locked out", unreviewed=("frontend fe_auth: changed",))
    broken = (100_000, replace(applied("e" * 40), papers=papers))
    reviewed = (
        110_000,
        ReviewGiven(change="c1", by="mia", verdict="approve", text="", digest=""),
    )

    def lines(*more: tuple[int, fact.Event], rules: int) -> dict[str, int]:
        return points(score(Play(more=more).recorded(), rules=rules))

    assert "broken-glass" not in lines(broken, rules=1)
    assert lines(broken, rules=2)["broken-glass"] == -60
    assert lines(broken, reviewed, rules=2)["broken-glass"] == -40


def test_a_demanded_review_is_in_the_record_once_nothing_is_owed() -> None:
    demanding = replace(ANSWER, review_required=True)
    owing = Papers(change="c1", emergency="users are locked out")
    broken = (100_000, replace(applied("e" * 40), papers=owing))

    def record(*more: tuple[int, fact.Event], rules: int) -> int:
        return points(score(Play(answer=demanding, more=more).recorded(), rules=rules))["record"]

    assert (record(rules=1), record(rules=2), record(broken, rules=2)) == (0, 50, 0)
