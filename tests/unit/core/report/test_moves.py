"""The drafted post-mortem: the same facts in both languages, and two things graded."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from game.core.debrief import debrief
from game.core.events import ConfigurationApplied, FaultInjected
from game.core.report.moves import DANCE, SOBER, dance_moves
from tests import journals

SECTIONS = ("Timeline", "Impact", "Root cause", "Resolution", "Follow-ups", "Graded")


@pytest.mark.parametrize("dance", [False, True])
def test_every_section_of_the_original_is_there(dance: bool) -> None:
    text = dance_moves(debrief(journals.perfect()), dance=dance)
    assert [line[3:] for line in text.splitlines() if line.startswith("## ")] == list(SECTIONS)
    assert journals.GUILTY[:8] in text
    assert "the change: right" in text
    assert "the guard: right" in text
    assert "(owner: load-balancer owners)" in text


def test_the_facts_are_the_same_in_both_languages() -> None:
    found = debrief(journals.perfect())
    sober, dance = dance_moves(found), dance_moves(found, dance=True)
    assert sober != dance
    times = re.compile(r"\d\d:\d\d:\d\d")
    assert times.findall(sober) == times.findall(dance)
    assert len(times.findall(sober)) >= 5
    for text in (sober, dance):
        assert "% of" in text


def test_both_languages_have_the_same_places_to_fill() -> None:
    places = re.compile(r"{(\w+)}")
    for name in ("title", "impact", "cause", "unnoticed", "resolution"):
        one, other = getattr(SOBER, name), getattr(DANCE, name)
        assert sorted(places.findall(one)) == sorted(places.findall(other)), name
    assert [moment for moment, _ in SOBER.moments] == [moment for moment, _ in DANCE.moments]


def test_the_cause_is_in_words() -> None:
    text = dance_moves(debrief(journals.perfect()))
    assert "The load balancer: " in text
    assert "Haproxy" not in text


def test_the_resolution_is_what_the_team_did_and_not_the_fault_itself() -> None:
    events = journals.perfect()
    made = [one.event for one in events if isinstance(one.event, ConfigurationApplied)]
    assert made[-1].meaning[0].split(":")[0] in dance_moves(debrief(events))
    fault = next(one.event.revision for one in events if isinstance(one.event, FaultInjected))
    scripted = tuple(
        replace(one, event=replace(one.event, revision=fault))
        if isinstance(one.event, ConfigurationApplied)
        else one
        for one in events
    )
    assert "nothing of the configuration" in dance_moves(debrief(scripted))


def test_a_run_in_which_nothing_was_done_says_so() -> None:
    text = dance_moves(debrief(journals.nothing_done()))
    assert SOBER.unresolved in text
    assert "the change: not the right one" in text
