"""Only judgement earns points in a duel: not yes to all, not no to all, not silence, not the second word."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from game.core.debrief import debrief
from game.core.duel.bouts import bouts, tally
from game.core.duel.points import JUDGEMENT, TIME
from game.core.markup import Markup
from game.core.report.html import html_report
from game.core.report.markdown import markdown_report
from game.core.report.terminal import terminal_report
from game.core.score import score
from game.core.timeline import fold
from tests.unit.core.duel.evening import APPROVE, PAR_MS, PATIENCE_MS, STOP, evening, reviewed
from tests.unit.core.runs import journal, points

if TYPE_CHECKING:
    from game.core.control.facts import ReviewVerdict

TRUTHS = (True, False, False, True)
RIGHT: tuple[ReviewVerdict | None, ...] = (APPROVE, STOP, STOP, APPROVE)


def test_right_words_in_time_earn_everything() -> None:
    result = score(evening(TRUTHS, RIGHT))
    assert (result.total, result.achievable, result.counts) == (JUDGEMENT + TIME, JUDGEMENT + TIME, True)


@pytest.mark.parametrize("said", [(APPROVE,) * 4, (STOP,) * 4, (None,) * 4, (STOP, APPROVE, APPROVE, STOP)])
def test_no_judgement_earns_nothing(said: tuple[ReviewVerdict | None, ...]) -> None:
    assert score(evening(TRUTHS, said)).total == 0


def test_half_of_the_judgement_earns_half() -> None:
    found = points(score(evening(TRUTHS, (APPROVE, STOP, APPROVE, APPROVE))))
    assert found == {"judgement": JUDGEMENT // 2, "in-time": TIME // 2}


def test_what_was_never_dealt_was_not_judged_rightly() -> None:
    assert points(score(evening(TRUTHS, (APPROVE, STOP))))["judgement"] == 0
    assert points(score(evening(TRUTHS, (APPROVE, STOP, STOP))))["judgement"] == JUDGEMENT // 2


def test_time_costs_from_par_to_the_end_of_patience() -> None:
    halfway = PAR_MS + (PATIENCE_MS - PAR_MS) // 2
    earned = [
        points(score(evening(TRUTHS, RIGHT, took)))["in-time"] for took in (PAR_MS, halfway, PATIENCE_MS)
    ]
    assert earned == [TIME, TIME // 2, 0]


def test_the_first_word_counts_and_a_comment_is_none() -> None:
    events = evening((True, False), (None, None))
    dealt_ms = next(one.at_ms for one in events if type(one.event).__name__ == "DuelDealt")
    said = [(one.at_ms, one.event) for one in events]
    said += [
        (dealt_ms + 1, reviewed(1, "comment")),
        (dealt_ms + 2, reviewed(1, STOP)),
        (dealt_ms + 3, reviewed(1, APPROVE)),
    ]
    first = bouts(fold(journal(*said)))[0]
    assert (first.outcome, first.took_ms, first.right) == ("stopped", 2, False)


def test_the_truth_is_sealed_until_the_close() -> None:
    events = evening(TRUTHS, RIGHT)
    open_ones = tuple(
        one for one in events if type(one.event).__name__ not in {"Closed", "AnswerRevealed", "DuelRevealed"}
    )
    assert tally(fold(open_ones)) is None
    assert {one.good for one in bouts(fold(open_ones))} == {None}


def test_the_debrief_tells_every_change_with_what_was_said_of_it() -> None:
    found = debrief(evening(TRUTHS, (APPROVE, STOP, APPROVE, None)))
    assert found.headline == "A review duel: 1 of 2 bad ones stopped, 1 of 2 good ones let through"
    terminal, markdown = "\n".join(terminal_report(found)), markdown_report(found)
    for told in (terminal, markdown, html_report(found, lesson=Markup(""))):
        assert "✗ a bad one, let through after 10 s" in told
        assert "✓ a bad one, stopped after 10 s" in told
    assert "DIAGNOSIS" not in terminal
    assert "WHAT CHANGED" not in terminal
