from __future__ import annotations

from itertools import pairwise

import pytest

from game.core.replay import frames
from game.errors import UsageError
from tests import journals


def test_frames_come_in_order_and_the_speed_divides_time() -> None:
    played = tuple(frames(journals.perfect(), speed=10))
    assert [frame.due_ms for frame in played] == sorted(frame.due_ms for frame in played)
    paged = next(frame for frame in played if "Page AUTH-SLO" in frame.line)
    assert (paged.at_ms, paged.due_ms) == (36_000, 3_600)


def test_load_becomes_a_status_every_five_seconds() -> None:
    statuses = [frame for frame in frames(journals.perfect(), speed=1) if frame.status]
    gaps = [after.at_ms - before.at_ms for before, after in pairwise(statuses)]
    assert min(gaps) >= 5000
    assert "limbo 15 of 50" in statuses[10].line


def test_nothing_is_lost_but_preparing() -> None:
    words = "\n".join(frame.line for frame in frames(journals.relapse(), speed=1))
    for expected in ("Restarted postgres", "Hint 1", "Service recovered", "Run closed"):
        assert expected in words


@pytest.mark.parametrize("speed", [0, -1])
def test_a_speed_of_nothing_is_refused(speed: float) -> None:
    with pytest.raises(UsageError, match="speed"):
        next(frames(journals.perfect(), speed=speed))


def test_no_events_no_frames() -> None:
    assert tuple(frames((), speed=1)) == ()
