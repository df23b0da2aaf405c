"""When a follow-up shows what it is worth: measured from the change, and not before it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from game.core import events as fact
from game.core.control.note import NOTES
from game.core.second.canary import CANARY
from game.core.second.worth import Shows, shown_ms
from game.core.sign.facts import SignFinding, SignLit
from game.core.timeline import fold
from tests.unit.core.runs import FAULT_MS, OPENING, PAGED, applied, journal

ARMED_MS = 19_900


def lit(kind: str = "unreviewed") -> SignLit:
    finding = SignFinding(kind="noise" if kind == "noise" else "unreviewed", what="be_auth: a -> b")
    return SignLit(findings=(finding,), since_ms=0, uncertainty_ms=0)


def note() -> fact.MessageReceived:
    return fact.MessageReceived(sender=NOTES, text="netops applied: x", inject=True)


def taken_back() -> fact.ConfigurationApplied:
    return replace(applied("e" * 40), actor=CANARY)


def measured(shows: Shows, *facts: tuple[int, fact.Event]) -> int | None:
    events = journal(*OPENING, *facts)
    return shown_ms(shows, fold(events), events)


@pytest.mark.parametrize(
    ("shows", "event"), [("named", lit()), ("noted", note()), ("taken-back", taken_back())]
)
def test_it_counts_from_the_change(shows: Shows, event: fact.Event) -> None:
    assert measured(shows) is None
    assert measured(shows, (FAULT_MS + 700, event)) == 700


@pytest.mark.parametrize(("shows", "event"), [("noted", note()), ("taken-back", taken_back())])
def test_what_came_before_it_says_nothing_of_it(shows: Shows, event: fact.Event) -> None:
    assert measured(shows, (ARMED_MS - 1_000, event)) is None


def test_noise_names_nothing() -> None:
    assert measured("named", (FAULT_MS + 100, lit("noise"))) is None


def test_a_page_counts_from_the_beginning_of_the_change() -> None:
    events = journal(*PAGED)
    assert shown_ms("paged", fold(events), events) == 30_000 - ARMED_MS
