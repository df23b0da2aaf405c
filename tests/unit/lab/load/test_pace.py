from __future__ import annotations

import random
from math import inf

import pytest

from game.lab.load.pace import Pace, Schedule


def schedule(pace: Pace, seed: int = 1) -> Schedule:
    return Schedule(pace, random.Random(seed))  # noqa: S311 - a load


def test_the_rate_is_kept_whatever_happens_meanwhile() -> None:
    users = [schedule(Pace(from_s=0, rate_per_user=2.0), seed) for seed in range(50)]
    due = 0
    for user in users:
        while user.due_s < 20:
            due += 1
            user.advance()
    assert due == pytest.approx(50 * 2 * 20, rel=0.06)


def test_a_seed_gives_the_same_load_every_time() -> None:
    one, other = (schedule(Pace(from_s=5, rate_per_user=1.0)) for _ in range(2))
    assert one.due_s == other.due_s > 5


def test_a_new_rate_stretches_what_is_left() -> None:
    pace = Pace(from_s=0, rate_per_user=1.0)
    assert pace.due_s(10) == 10
    pace.set_rate(4, 2.0)
    assert pace.due_s(10) == 7
    assert pace.due_s(3) == 3


def test_a_paused_load_is_never_due_and_goes_on_where_it_was() -> None:
    pace = Pace(from_s=0, rate_per_user=1.0)
    pace.set_rate(4, 0.0)
    assert pace.due_s(5) == inf
    pace.set_rate(9, 1.0)
    assert pace.due_s(5) == 10
