"""The first signal unwinds, further ones do not; none of them cuts in two what is shielded."""

from __future__ import annotations

import signal
import sys
import threading
from pathlib import Path

import pytest

from game.cli.signals import ENDING, Interrupted, Interruption
from game.lab.runtime.waiting import until


@pytest.mark.parametrize("number", ENDING, ids=lambda number: signal.Signals(number).name)
def test_each_signal_unwinds_and_says_its_name(
    number: signal.Signals, capfd: pytest.CaptureFixture[str]
) -> None:
    before = signal.getsignal(number)
    with pytest.raises(Interrupted, match=number.name), Interruption().caught():
        signal.raise_signal(number)
    assert signal.getsignal(number) is before
    assert "interrupted: ending the run, keeping its evidence" in capfd.readouterr().err


def test_only_the_first_one_unwinds() -> None:
    reached = []

    def ended_impatiently() -> None:
        try:
            signal.raise_signal(signal.SIGINT)
        finally:
            signal.raise_signal(signal.SIGINT)
            signal.raise_signal(signal.SIGTERM)
            reached.append("the end of the cleaning up")

    with Interruption().caught(), pytest.raises(Interrupted):
        ended_impatiently()
    assert reached == ["the end of the cleaning up"]


def test_a_shielded_block_ends_before_the_signal_counts() -> None:
    done = []

    def recorded(interruption: Interruption) -> None:
        with interruption.shield():
            signal.raise_signal(signal.SIGTERM)
            with interruption.shield():
                done.append("inner")
            done.append("outer")
        done.append("never")

    with Interruption().caught() as interruption:
        with pytest.raises(Interrupted, match="SIGTERM"):
            recorded(interruption)
        done.append("after")
    assert done == ["inner", "outer", "after"]


def test_other_threads_neither_catch_nor_shield() -> None:
    told = []

    def elsewhere(interruption: Interruption) -> None:
        with interruption.caught() as same, same.shield():
            told.append(signal.getsignal(signal.SIGTERM))

    before = signal.getsignal(signal.SIGTERM)
    thread = threading.Thread(target=elsewhere, args=(Interruption(),))
    thread.start()
    thread.join(10)
    assert told == [before]


def test_a_signal_that_another_thread_took_is_heard_in_the_main_thread() -> None:
    """As happens while threads start processes: the main thread, waiting for a lock, is not woken by it."""
    unwound, lock = threading.Event(), threading.Lock()
    in_time = []

    def wait_for_the_lock() -> None:
        lock.acquire(timeout=20)

    def main_waits() -> bool:
        return sys._current_frames()[main].f_code is wait_for_the_lock.__code__

    def taken_here() -> None:
        assert until(main_waits, 10, 0.05)
        signal.pthread_kill(threading.get_ident(), signal.SIGTERM)
        in_time.append(unwound.wait(10))
        lock.release()

    main, elsewhere = threading.get_ident(), threading.Thread(target=taken_here)
    lock.acquire()
    with Interruption().caught():
        elsewhere.start()
        try:
            wait_for_the_lock()
        except Interrupted:
            unwound.set()
        elsewhere.join(20)
    assert in_time == [True]


def test_nothing_is_left_of_catching_signals() -> None:
    before = {thread.name for thread in threading.enumerate()}, open_files()
    with Interruption().caught(), pytest.raises(Interrupted):
        signal.raise_signal(signal.SIGINT)
    assert ({thread.name for thread in threading.enumerate()}, open_files()) == before


def open_files() -> set[str]:
    return {path.name for path in Path("/proc/self/fd").iterdir()}
