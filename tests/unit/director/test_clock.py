"""The run clock stands still while it is paused, and its origin moves by as much."""

from __future__ import annotations

import pytest

from game.director.clock import RunClock


class Hand:
    """The monotonic clock, moved by hand."""

    def __init__(self) -> None:
        self.s = 1_000.0

    def __call__(self) -> float:
        return self.s


@pytest.fixture
def hand(monkeypatch: pytest.MonkeyPatch) -> Hand:
    made = Hand()
    monkeypatch.setattr("game.director.clock.time.monotonic", made)
    return made


def test_it_begins_at_zero_and_goes_on(hand: Hand) -> None:
    clock = RunClock()
    assert clock.now_ms() == 0
    hand.s += 1.5
    assert clock.now_ms() == 1_500
    assert clock.origin_ns == 1_000 * 10**9


def test_it_stands_still_while_paused_and_the_origin_moves(hand: Hand) -> None:
    clock = RunClock()
    hand.s += 2
    clock.pause()
    stood = clock.stands
    hand.s += 5
    assert clock.now_ms() == 2_000
    clock.resume()
    assert (stood, clock.stands) == (True, False)
    hand.s += 1
    assert clock.now_ms() == 3_000
    assert clock.origin_ns == 1_005 * 10**9
    # What another process computes from the origin agrees.
    assert int((hand.s * 1e9 - clock.origin_ns) // 1e6) == clock.now_ms()


def test_pausing_and_resuming_twice_changes_nothing(hand: Hand) -> None:
    clock = RunClock()
    clock.resume()
    clock.pause()
    hand.s += 3
    clock.pause()
    hand.s += 3
    clock.resume()
    clock.resume()
    assert clock.now_ms() == 0
    hand.s += 1
    assert clock.now_ms() == 1_000
