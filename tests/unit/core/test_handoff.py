"""The cold handoff: once, during the incident, short; and what the second one looked at again."""

from __future__ import annotations

import pytest

from game.core.debrief import debrief
from game.core.events import LookedAt, ResponderReplaced
from game.core.handoff import MOST_WORDS, handoff
from game.core.report.terminal import terminal_report
from game.director.answers import answer
from game.director.requests import LeaveShift
from game.errors import Refused
from tests import journals
from tests.recording import Journal
from tests.unit.director.scene import situation

NOTE = "not the database; look at who answers"


def recorded() -> Journal:
    journal = Journal()
    journals.opening(journal)
    journal.at(40, LookedAt(layer="postgres", instrument="psql"))
    journal.at(41, LookedAt(layer="haproxy", instrument="lb show"))
    journal.at(50, ResponderReplaced(by="ada", note=NOTE))
    journal.at(60, LookedAt(layer="haproxy", instrument="lb show"))
    journal.at(61, LookedAt(layer="haproxy", instrument="logs haproxy"))
    return journal


def test_what_was_looked_at_twice() -> None:
    found = handoff(recorded().recorded())
    assert found is not None
    assert (found.by, found.looks_before, found.looks_after) == ("ada", 2, 2)
    assert found.twice == ("haproxy: lb show",)
    assert found.again_ms == 60_000


def test_the_debrief_tells_it() -> None:
    text = "\n".join(terminal_report(debrief(recorded().recorded())))
    assert NOTE in text
    assert "looked at twice: haproxy: lb show" in text
    assert handoff(journals.perfect()) is None


def test_it_is_possible_once_between_page_and_recovery_and_in_few_words() -> None:
    decided = answer(situation("paged"), LeaveShift(by="ada", note=f"  {NOTE} "))
    assert decided.events == (ResponderReplaced(by="ada", note=NOTE),)
    for where in ("steady", "recovered"):
        with pytest.raises(Refused, match="no incident"):
            answer(situation(where), LeaveShift(by="ada", note=NOTE))
    with pytest.raises(Refused, match="already"):
        answer(situation("paged", *decided.events), LeaveShift(by="bob", note=NOTE))
    with pytest.raises(Refused, match=f"at most {MOST_WORDS} words"):
        answer(situation("paged"), LeaveShift(by="ada", note="word " * (MOST_WORDS + 1)))
    with pytest.raises(Refused):
        answer(situation("paged"), LeaveShift(by="ada", note="  "))
