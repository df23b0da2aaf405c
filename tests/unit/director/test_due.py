"""What the passing of time leads to, at every point of a run."""

from __future__ import annotations

from dataclasses import replace

import pytest

from game.core import events as fact
from game.core.control.facts import Papers
from game.core.exercise import (
    LbChange,
    LbFile,
    LbRuntime,
    LbStale,
    NoFault,
    ServiceFault,
    ShiftBefore,
    ToxicFault,
)
from game.core.terms import Terms
from game.core.timeline import RunState, advance
from game.director.due import LATER_CHANGE_AFTER_MS, STEADY_WITHIN_MS, due, remedy
from game.director.effects import Finish, InjectFault, MakeLaterChange, StepBack
from game.director.progress import Progress, progressed
from game.director.situation import Decision, Situation
from game.director.steady import WARM_UP_MS
from tests.unit.director.scene import (
    ARMED,
    GUILTY,
    INJECTED,
    OPENED,
    change,
    exercise,
    sampled,
    situation,
    story,
    without,
)

NOTHING = Decision()
QUIET = without(exercise())
GOOD = tuple(sampled(1_000 + WARM_UP_MS + second * 1_000) for second in range(3))


@pytest.mark.parametrize("point", ["nothing", "opened", "armed", "closed"])
def test_nothing_is_due_before_the_load_while_injecting_and_after_the_close(point: str) -> None:
    assert due(situation(point, at_ms=10**9)) == NOTHING


def test_nothing_is_due_once_the_end_is_under_way() -> None:
    now = situation("acknowledged", at_ms=10**9)
    assert due(replace(now, launched=frozenset({Finish(how="void", reason="")}))) == NOTHING


def test_steady_state_is_proved_when_it_holds() -> None:
    assert due(situation("loaded", *GOOD)).events == (
        fact.SteadyStateProved(window_ms=3000, offered=60, bad=0, p95_ms=90),
    )
    assert due(situation("loaded", *GOOD[:2])) == NOTHING


def test_no_steady_state_in_time_makes_the_run_void() -> None:
    assert due(situation("loaded", at_ms=1_000 + STEADY_WITHIN_MS)) == NOTHING
    (finish,) = due(situation("loaded", at_ms=1_001 + STEADY_WITHIN_MS)).effects
    assert isinstance(finish, Finish)
    assert finish.how == "void"
    assert "no steady state" in finish.reason


def test_the_remedy_is_written_down_before_the_fault_is_made() -> None:
    decision = due(situation("steady"))
    assert decision.events == (ARMED,)
    assert decision.effects == (InjectFault(fault=0),)


def test_a_fault_is_armed_once() -> None:
    assert due(situation("armed")) == NOTHING


def test_the_fault_is_held_back_as_long_as_it_was_ordered() -> None:
    assert due(replace(situation("steady", at_ms=14_999), calm_ms=6_000)) == NOTHING
    assert due(replace(situation("steady", at_ms=15_000), calm_ms=6_000)).events == (ARMED,)


def test_several_faults_come_one_after_the_other() -> None:
    two = replace(QUIET, faults=(NoFault(), LbChange(change=change("guilty"))))
    assert due(situation("steady", of=two)).effects == (InjectFault(fault=0),)
    after_first = situation("steady", ARMED, INJECTED, of=two)
    decision = due(after_first)
    assert decision.effects == (InjectFault(fault=1),)
    assert decision.events == (fact.FaultArmed(fault=1, revert=remedy(two.faults[1])),)
    second = decision.events[0]
    assert due(situation("steady", ARMED, INJECTED, second, of=two)) == NOTHING
    assert due(situation("steady", ARMED, INJECTED, second, INJECTED, of=two)) == NOTHING


def test_later_changes_come_in_their_time_and_once() -> None:
    first, second = MakeLaterChange(later=0), MakeLaterChange(later=1)
    begin = 10_000
    assert due(situation("faulted", at_ms=begin + LATER_CHANGE_AFTER_MS - 1)).effects == ()
    now = situation("faulted", at_ms=begin + LATER_CHANGE_AFTER_MS)
    assert due(now).effects == (first,)
    assert due(replace(now, launched=frozenset({first}))).effects == ()
    made = fact.LaterChangeMade(revision="1" * 40)
    early = situation("faulted", made, at_ms=begin + LATER_CHANGE_AFTER_MS)
    assert due(replace(early, launched=frozenset({first}))).effects == ()
    later = situation("faulted", made, at_ms=begin + 2 * LATER_CHANGE_AFTER_MS)
    assert due(replace(later, launched=frozenset({first}))).effects == (second,)
    over = situation("faulted", made, made, at_ms=begin + 3 * LATER_CHANGE_AFTER_MS)
    assert due(replace(over, launched=frozenset({first, second}))) == NOTHING


def test_messages_come_after_the_page_one_by_one() -> None:
    only = without(exercise(), messages=True)
    assert due(situation("faulted", at_ms=10**5, of=only)) == NOTHING
    assert due(situation("paged", at_ms=24_999, of=only)) == NOTHING
    first = fact.MessageReceived(sender="boss", text="and?")
    assert due(situation("paged", at_ms=25_000, of=only)).events == (first,)
    assert due(situation("paged", first, at_ms=25_000, of=only)) == NOTHING
    assert due(situation("paged", first, at_ms=29_000, of=only)).events == (
        fact.MessageReceived(sender="boss", text="hm"),
    )


def test_nobody_asks_how_it_goes_after_the_recovery() -> None:
    assert due(situation("recovered", at_ms=70_000, of=without(exercise(), messages=True))) == NOTHING


@pytest.mark.parametrize(
    ("point", "how"),
    [("faulted", "timed-out"), ("acknowledged", "timed-out"), ("recovered", "timed-out"), ("resolved", "resolved")],
)  # fmt: skip
def test_the_time_is_over(point: str, how: str) -> None:
    limit_ms = 10_000 + 10 * 60_000
    assert not any(isinstance(effect, Finish) for effect in due(situation(point, at_ms=limit_ms - 1)).effects)
    assert due(situation(point, at_ms=limit_ms)).effects == (Finish(how=how, reason="10 minutes are over"),)  # type: ignore[arg-type] # a word of Ending


@pytest.mark.parametrize(
    "fault",
    [
        LbChange(change=change("guilty")),
        LbRuntime(commands=("disable server x",), revert=("enable server x",), actor="netops"),
        LbFile(path="maps/a.map", content="", actor="netops"),
        LbStale(patch="", actor="netops"),
        ToxicFault(proxy="postgres", toxic="latency", attributes=()),
        ServiceFault(service="redis", action="stop"),
        NoFault(),
    ],
)
def test_every_kind_of_fault_has_a_remedy_in_words(fault: object) -> None:
    assert remedy(fault)  # type: ignore[arg-type] # one of the union


def test_a_risky_change_goes_back_by_itself_where_a_canary_step_was_bought_and_once() -> None:
    terms = Terms(follow_ups=("canary-step",), first_round="r1")
    made = fact.ConfigurationApplied(
        revision=GUILTY, digest="", worker_pid=1, reload_ms=1, actor="netops", message="m", meaning=(),
        papers=Papers(change="c1", risks=("routing",)),
    )  # fmt: skip
    opened = replace(OPENED, terms=terms)
    state, progress = RunState(), Progress()
    told: list[tuple[int, fact.Event]] = [
        (0, opened),
        *story("faulted")[1:],
        (11_000, made),
        *((at + 1_000, sampled(at, bad=9)) for at in (11_000, 12_000)),
    ]
    for seq, (at_ms, event) in enumerate(told, start=1):
        state = advance(state, fact.Recorded(seq=seq, at_ms=at_ms, wall_ms=0, event=event))
        progress = progressed(progress, event, at_ms)
    now = Situation(exercise=exercise(), state=state, progress=progress, at_ms=13_000)
    assert StepBack(revision=GUILTY) in due(now).effects
    assert (
        StepBack(revision=GUILTY)
        not in due(replace(now, launched=frozenset({StepBack(revision=GUILTY)}))).effects
    )


def test_the_shift_before_leaves_once_with_the_page() -> None:
    before = ShiftBefore(
        by="early shift", note="the database is idle", looked=(("postgres", "psql"), ("users", "status"))
    )
    handed = replace(QUIET, before=before)
    assert due(situation("faulted", of=handed, at_ms=15_000)).events == ()
    told = due(situation("paged", of=handed)).events
    assert told == (
        fact.LookedAt(layer="postgres", instrument="psql"),
        fact.LookedAt(layer="users", instrument="status"),
        fact.ResponderReplaced(by="early shift", note="the database is idle"),
    )
    assert due(situation("paged", *told, of=handed)).events == ()
