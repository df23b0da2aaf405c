"""Users may feel a fault before the apply path returns: what counts begins when the fault is armed."""

from __future__ import annotations

from game.core.events import (
    Event,
    FaultArmed,
    FaultInjected,
    ImpactDetected,
    Recorded,
    RecoveryDetected,
    RunOpened,
)
from game.core.timeline import fold

OPENED = RunOpened(
    exercise="x", exercise_digest="", seed=0, stack="auth", minutes=10, rules=1, team="solo", users=50
)
ARMED = FaultArmed(fault=0, revert="undo it")
INJECTED = FaultInjected(fault=0, revision="abc")
IMPACT = ImpactDetected(onset_ms=2_100, uncertainty_ms=50)
RECOVERY = RecoveryDetected(recovered_ms=9_000, uncertainty_ms=50)


def journal(*events: Event) -> tuple[Recorded, ...]:
    return tuple(
        Recorded(seq=number, at_ms=number * 1_000, wall_ms=0, event=event)
        for number, event in enumerate(events, 1)
    )


def test_impact_between_arming_and_injection_counts_and_can_be_recovered_from() -> None:
    state = fold(journal(OPENED, ARMED, IMPACT, INJECTED, RECOVERY))
    assert state.onset_ms == 2_100
    assert state.recovered_ms == 9_000


def test_impact_before_arming_does_not_count() -> None:
    state = fold(journal(OPENED, IMPACT, ARMED, INJECTED, RECOVERY))
    assert state.impact is None
    assert state.recovery is None
