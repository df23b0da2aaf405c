"""What is known of users at the end: with a fault, and in a false alarm."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from game.core.exercise import NoFault
from game.director.judge import well
from tests.unit.director.scene import IMPACT, INJECTED, RECOVERED, exercise, situation

if TYPE_CHECKING:
    from game.core.exercise import Exercise

BROKEN = exercise()
FALSE_ALARM = replace(BROKEN, faults=(NoFault(),))


@pytest.mark.parametrize("played", [BROKEN, FALSE_ALARM])
def test_whoever_was_hurt_is_well_once_it_is_over(played: Exercise) -> None:
    hurt = situation("armed", INJECTED, IMPACT)
    assert well(played, hurt.state) is False
    assert well(played, situation("armed", INJECTED, IMPACT, RECOVERED).state) is True


def test_a_fault_that_hurt_nobody_leaves_it_open_and_a_false_alarm_does_not() -> None:
    unhurt = situation("armed", INJECTED).state
    assert well(BROKEN, unhurt) is None
    assert well(FALSE_ALARM, unhurt) is True
