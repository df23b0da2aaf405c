from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from game.event import barrier as module
from game.event.barrier import Barrier


def yes() -> bool:
    return True


def test_nobody_goes_before_all_may_and_all_go_together() -> None:
    barrier = Barrier()
    gates = {run: barrier.gate(run, yes, tuple) for run in ("a", "b", "c", "late")}
    assert not any(gate.lifted() for gate in gates.values())
    barrier.go(["a", "b", "c"])
    assert [gates[run].lifted() for run in ("a", "b", "c", "late")] == [True, True, True, False]
    with ThreadPoolExecutor(max_workers=3) as pool:
        first = pool.submit(gates["a"].together)
        second = pool.submit(gates["b"].together)
        with pytest.raises(TimeoutError):
            first.result(timeout=0.1)
        pool.submit(gates["c"].together).result(timeout=60)
        first.result(timeout=60)
        second.result(timeout=60)
    barrier.go_alone("late")
    assert gates["late"].lifted()
    gates["late"].together()


def test_a_run_that_has_ended_is_not_waited_for() -> None:
    barrier = Barrier()
    gates = {run: barrier.gate(run, yes, tuple) for run in ("a", "b")}
    barrier.go(["a", "b"])
    with ThreadPoolExecutor(max_workers=1) as pool:
        waiting = pool.submit(gates["a"].together)
        barrier.withdraw("b")
        waiting.result(timeout=60)
    gates["b"].together()


def test_nobody_waits_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "TOGETHER_WITHIN_S", 0.05)
    barrier = Barrier()
    gate = barrier.gate("a", yes, tuple)
    barrier.go(["a", "b"])
    gate.together()
