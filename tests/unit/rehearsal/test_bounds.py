"""Proof 10: what the neon sign has to do, and what it must not do where it is broken."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from game.core import events as fact
from game.core.exercise import LbRuntime
from game.core.sign.facts import NEON
from game.core.sign.plan import BrokenSign, SignPlan
from game.rehearsal.blind import calm_before_fault
from game.rehearsal.bounds import _signed
from tests.unit.core.runs import journal
from tests.unit.director.scene import exercise

if TYPE_CHECKING:
    from game.core.exercise import Fault
    from game.core.sign.facts import Impairment

RUNTIME = LbRuntime(commands=("set server a/b state drain",), revert=(), actor="netops")


def failures(
    named_ms: int | None, how: Impairment | None = None, *, on: bool = True, recorded: bool = False
) -> list[str]:
    broken = BrokenSign(how=how, by="netops", reason="noise") if how else None
    faults: tuple[Fault, ...] = exercise().faults if recorded else (RUNTIME,)
    wanted = replace(exercise(), faults=faults, sign=SignPlan(on=on, broken=broken))
    played: Any = SimpleNamespace(reference=SimpleNamespace(named_ms=named_ms))
    return [failure.measured for failure in _signed(wanted, played)]


@pytest.mark.parametrize(
    ("named_ms", "found"), [(300, []), (-40, []), (1_400, ["after 1400 ms"]), (None, ["dark"])]
)
def test_a_working_sign_names_what_has_no_record_within_a_second(
    named_ms: int | None, found: list[str]
) -> None:
    assert failures(named_ms) == found
    assert failures(named_ms, "cries-wolf") == found


@pytest.mark.parametrize("how", ["poisoned", "silenced"])
def test_a_broken_sign_stays_dark(how: Impairment) -> None:
    assert failures(None, how) == []
    assert failures(200, how) == ["lit after 200 ms"]


def test_nothing_is_asked_of_a_sign_that_is_not_there_or_of_a_change_on_record() -> None:
    assert failures(None, on=False) == []
    assert failures(None, recorded=True) == []


def test_the_pages_of_a_sign_that_cries_wolf_disturb_no_calm() -> None:
    neon = journal((1_000, fact.Paged(alert=NEON, text="what runs is not what was approved")))
    other = journal((1_000, fact.Paged(alert="login", text="users fail")))
    assert [calm_before_fault(neon, wolf=True), calm_before_fault(neon)] == [True, False]
    assert not calm_before_fault(other, wolf=True)


def test_a_fault_that_bites_before_its_making_is_recorded_disturbs_no_calm() -> None:
    armed = (1_000, fact.FaultArmed(fault=0, revert="revert it"))
    injected = (1_300, fact.FaultInjected(fault=0, revision="aaa"))
    bitten = (1_200, fact.ImpactDetected(onset_ms=1_100, uncertainty_ms=50))
    early = (900, fact.ImpactDetected(onset_ms=800, uncertainty_ms=50))
    assert calm_before_fault(journal(armed, bitten, injected))
    assert not calm_before_fault(journal(early, armed, injected))
