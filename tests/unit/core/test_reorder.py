from __future__ import annotations

from game.core.outcome import LoadBatch, Operation, Outcome
from game.core.reorder import Reorder, release


def outcome(started_ms: int, took_ms: int = 5, user: int = 0) -> Outcome:
    return Outcome(
        started_ms=started_ms, took_ms=took_ms, user=user, cohort="web", operation=Operation.SESSION, ok=True
    )


def test_a_slow_request_is_put_before_the_quick_one_that_began_after_it() -> None:
    slow, quick, late = outcome(100, 900), outcome(150), outcome(700)
    reorder, settled = release(Reorder(), LoadBatch(settled_ms=100, planned=0, outcomes=(quick, late)))
    assert settled.outcomes == ()
    reorder, settled = release(reorder, LoadBatch(settled_ms=600, planned=2, outcomes=(slow,)))
    assert settled.outcomes == (slow, quick)
    assert settled.planned == 2
    assert reorder.waiting == (late,)


def test_what_starts_at_the_settled_moment_waits() -> None:
    _, settled = release(Reorder(), LoadBatch(settled_ms=100, planned=0, outcomes=(outcome(100),)))
    assert settled.outcomes == ()
