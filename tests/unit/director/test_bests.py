"""Whom a run is raced against: the same team's best earlier run of the same exercise, and nobody else's."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from game.core.debrief import debrief, runner
from game.core.events import RunOpened
from game.core.markup import Markup
from game.core.report.html import html_report
from game.core.report.markdown import markdown_report
from game.core.report.terminal import terminal_report
from game.director.bests import best_of, rival
from game.journal import Journal, sqlite_url
from tests import journals

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from game.core.events import Recorded


def written(book: Journal, run: str, events: tuple[Recorded, ...], **opened: str) -> None:
    with book.writer(run) as writer:
        facts = tuple(
            (
                one.at_ms,
                one.wall_ms,
                replace(one.event, **opened) if isinstance(one.event, RunOpened) else one.event,  # type: ignore[arg-type]  # the test names fields
            )
            for one in events
        )
        writer.append(facts)


def test_the_best_earlier_run_of_ones_own(tmp_path: Path) -> None:
    with Journal.open(sqlite_url(tmp_path / "journal.db")) as book:
        written(book, "blind", journals.blind_revert())
        written(book, "elsewhere", journals.perfect(), exercise="waltz")
        written(book, "theirs", journals.perfect(), team="Others")
        written(book, "now", journals.relapse(), team="Night shift")
        assert rival(book, tmp_path, "now") == book.read("blind")
        written(book, "perfect", journals.perfect())
        assert rival(book, tmp_path, "now") == book.read("perfect")
        assert rival(book, tmp_path, "perfect") != book.read("perfect")
        assert rival(book, tmp_path, "theirs") == ()
        assert rival(book, tmp_path, "nobody") == ()


def test_the_best_of_those_who_played_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DANCEOFF_HOME", str(tmp_path))
    store = sqlite_url(tmp_path / "journal.db")
    with Journal.open(store) as book:
        written(book, "blind", journals.blind_revert(), team="Blind")
        written(book, "perfect", journals.perfect(), team="Perfect")
        written(book, "other", journals.perfect(), team="Another round")
        blind, perfect = book.read("blind"), book.read("perfect")
    assert best_of(("blind", "perfect"), store) == perfect
    assert best_of(("blind", "unknown"), store) == blind
    assert best_of((), store) == ()


def test_every_report_has_the_own_best_and_says_nothing_without_one() -> None:
    alone, raced = debrief(journals.relapse()), debrief(journals.relapse(), journals.perfect())
    best = runner(journals.perfect(), "own best")
    assert raced.best == best
    assert len(best.marks) == 5
    for report in (
        lambda found: html_report(found, lesson=Markup("")),
        markdown_report,
        lambda found: "\n".join(terminal_report(found)),
    ):
        assert "own best" in report(raced)
        assert "own best" not in report(alone)


def test_an_open_run_is_raced_against_nobody() -> None:
    cut = tuple(one for one in journals.relapse() if one.at_ms < 60_000)
    assert debrief(cut, journals.perfect()).best is None
