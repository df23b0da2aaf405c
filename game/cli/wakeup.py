"""Bringing a signal to the main thread, which alone may handle it.

The kernel wakes the main thread for a signal, but whichever thread is the first to look takes it: one that just started a
process, for instance, since that blocks signals and lets them through again. Python notes such a signal and handles it
when the main thread goes on; one that waits for a lock does not go on by itself, and would wait for ever.
"""

from __future__ import annotations

import os
import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# How long the main thread may take before the signal is sent to it by name.
PATIENCE_S = 0.1


@contextmanager
def brought(numbers: frozenset[int], handled: threading.Event) -> Iterator[None]:
    """Send these signals on to the main thread for as long as the block lasts, until `handled` is set.

    Call it in the main thread; the numbers need a handler of Python's, which sets `handled`.
    """
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    former = signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    courier = threading.Thread(target=_bring, args=(reader, numbers, handled), name="signals", daemon=True)
    courier.start()
    try:
        yield
    finally:
        signal.set_wakeup_fd(former)
        # What the courier reads ends here, and with it the courier.
        os.close(writer)
        courier.join()
        os.close(reader)


def _bring(reader: int, numbers: frozenset[int], handled: threading.Event) -> None:
    """Python writes the number of every signal into the pipe, in whichever thread the signal was taken."""
    main = threading.main_thread().ident
    while came := os.read(reader, 1):
        # What is sent on is written into the pipe again, and so it is tried until it was heard.
        if came[0] in numbers and main is not None and not handled.wait(PATIENCE_S):
            signal.pthread_kill(main, came[0])
