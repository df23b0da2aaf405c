"""What may be asked at which point of a run, and what it leads to: for every request, both directions."""

from __future__ import annotations

from dataclasses import replace

import pytest

from game.core import events as fact
from game.director.answers import MOST_TEXT, answer
from game.director.effects import Finish
from game.director.requests import (
    Acknowledge,
    Diagnose,
    Escalate,
    Look,
    Quit,
    Request,
    Resolve,
    TakeHint,
    WriteNote,
)
from game.errors import Refused
from tests.unit.director.scene import ACKNOWLEDGED, GUILTY, RESOLVED, STORY, situation

BY = "trainee"
DIAGNOSIS = Diagnose(
    by=BY, id="one", component="haproxy", mechanism="canary-misrouted", change=GUILTY, share=0.3, cohort="all"
)
RESOLUTION = Resolve(by=BY, change=GUILTY, unnoticed="nobody looked", guard="peer-review")
REQUESTS: dict[str, Request] = {
    "acknowledge": Acknowledge(by=BY),
    "hint": TakeHint(by=BY),
    "escalate": Escalate(by=BY),
    "note": WriteNote(by=BY, text="hm"),
    "look": Look(by=BY, layer="haproxy", instrument="status"),
    "diagnose": DIAGNOSIS,
    "resolve": RESOLUTION,
    "quit": Quit(by=BY, reason="enough"),
}
ALWAYS = ("opened", "loaded", "steady", "armed", "faulted", "paged", "acknowledged", "recovered", "resolved")
SINCE_PAGE = ("paged", "acknowledged", "recovered", "resolved")
ALLOWED = {
    "acknowledge": ("paged",),
    "hint": ("paged", "acknowledged"),
    "escalate": ALWAYS,
    "note": ALWAYS,
    "look": ALWAYS,
    "diagnose": SINCE_PAGE,
    "resolve": SINCE_PAGE,
    "quit": ALWAYS,
}


@pytest.mark.parametrize("point", STORY)
@pytest.mark.parametrize("name", REQUESTS)
def test_each_request_at_each_point(name: str, point: str) -> None:
    now = situation(point)
    if point in ALLOWED[name]:
        decision = answer(now, REQUESTS[name])
        assert decision.events or decision.effects
    else:
        with pytest.raises(Refused) as refused:
            answer(now, REQUESTS[name])
        assert refused.value.what
        assert refused.value.hint


@pytest.mark.parametrize("name", REQUESTS)
def test_nothing_is_taken_once_the_end_is_under_way(name: str) -> None:
    now = situation("recovered")
    ending = replace(now, launched=frozenset({Finish(how="resolved", reason="")}))
    with pytest.raises(Refused, match="over"):
        answer(ending, REQUESTS[name])


def test_acknowledging_is_recorded_once() -> None:
    assert answer(situation("paged"), REQUESTS["acknowledge"]).events == (ACKNOWLEDGED,)
    with pytest.raises(Refused, match="already"):
        answer(situation("acknowledged"), REQUESTS["acknowledge"])


def test_hints_come_in_order_at_their_price_until_there_are_no_more() -> None:
    now = situation("paged")
    (first,) = answer(now, TakeHint(by=BY)).events
    assert first == fact.HintTaken(hint=1, cost=10, text="look at what changed")
    (second,) = answer(situation("paged", first), TakeHint(by=BY)).events
    assert second == fact.HintTaken(hint=2, cost=20, text="look at the canary")
    with pytest.raises(Refused, match="no more hints"):
        answer(situation("paged", first, second), TakeHint(by=BY))


def test_one_escalates_once() -> None:
    decision = answer(situation("paged"), Escalate(by=BY))
    (escalated,) = decision.events
    assert isinstance(escalated, fact.Escalated)
    assert escalated.reply == decision.reply
    with pytest.raises(Refused, match="already"):
        answer(situation("paged", escalated), Escalate(by=BY))


def test_a_diagnosis_is_recorded_as_it_came() -> None:
    assert answer(situation("paged"), DIAGNOSIS).events == (
        fact.DiagnosisSubmitted(
            id="one",
            component="haproxy",
            mechanism="canary-misrouted",
            change=GUILTY,
            share=0.3,
            cohort="all",
        ),
    )


def test_the_same_diagnosis_again_is_harmless_even_at_the_limit() -> None:
    given: tuple[fact.Event, ...] = ()
    for number in range(4):
        decision = answer(situation("paged", *given), replace(DIAGNOSIS, id=str(number)))
        assert f"{3 - number} left" in decision.reply
        given += decision.events
    full = situation("paged", *given)
    assert answer(full, replace(DIAGNOSIS, id="2")).events == ()
    with pytest.raises(Refused, match="all 4"):
        answer(full, replace(DIAGNOSIS, id="five"))


def test_declaring_too_early_is_recorded_and_the_incident_goes_on() -> None:
    decision = answer(situation("acknowledged"), RESOLUTION)
    assert decision.events == (RESOLVED,)
    assert decision.effects == ()
    assert "too early" in decision.reply


def test_declaring_again_while_users_fail_is_refused() -> None:
    with pytest.raises(Refused, match="users still fail"):
        answer(situation("acknowledged", RESOLVED), RESOLUTION)


def test_declaring_after_recovery_closes() -> None:
    for earlier in ((), (RESOLVED,)):
        decision = answer(situation("recovered", *earlier), RESOLUTION)
        assert decision.events == (RESOLVED,)
        assert decision.effects == (Finish(how="resolved", reason="declared resolved after recovery"),)


@pytest.mark.parametrize(
    ("point", "how"), [("steady", "aborted"), ("recovered", "aborted"), ("resolved", "resolved")]
)
def test_quitting_counts_as_resolved_only_when_it_is(point: str, how: str) -> None:
    (finish,) = answer(situation(point), Quit(by=BY, reason="enough")).effects
    assert isinstance(finish, Finish)
    assert (finish.how, finish.reason) == (how, "enough")


def test_quitting_after_declaring_too_early_is_no_resolution() -> None:
    (finish,) = answer(situation("acknowledged", RESOLVED), Quit(by=BY, reason="")).effects
    assert isinstance(finish, Finish)
    assert finish.how == "aborted"


def test_texts_are_trimmed_and_bounded() -> None:
    assert answer(situation("steady"), WriteNote(by=BY, text="  a\n ")).events == (
        fact.NoteWritten(by=BY, text="a"),
    )
    assert answer(situation("steady"), WriteNote(by=BY, text="x" * MOST_TEXT)).events
    with pytest.raises(Refused, match="needs words"):
        answer(situation("steady"), WriteNote(by=BY, text=" \n"))
    with pytest.raises(Refused, match="at most"):
        answer(situation("steady"), WriteNote(by=BY, text="x" * (MOST_TEXT + 1)))
    with pytest.raises(Refused, match="at most"):
        answer(situation("paged"), replace(RESOLUTION, unnoticed="x" * (MOST_TEXT + 1)))


def test_a_look_is_recorded_with_its_layer() -> None:
    assert answer(situation("steady"), REQUESTS["look"]).events == (
        fact.LookedAt(layer="haproxy", instrument="status"),
    )
