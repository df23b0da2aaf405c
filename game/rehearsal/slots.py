"""How many stacks are rehearsed at once: as many as the machine carries, counted over all processes on it."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from game.errors import ServiceFailed
from game.lab.ports import lock_file, lock_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

# One stack under load takes a quarter of a core alone, and more beside others; starting takes more still.
STACKS_PER_CORE = 2
STEP_S = 0.1
WAIT_AT_MOST_S = 3_600


def slots() -> int:
    """The most stacks that rehearse on this machine at once, in all processes."""
    return (os.cpu_count() or 1) * STACKS_PER_CORE


@contextmanager
def slot() -> Iterator[None]:
    """Hold one of the machine's slots; waits for one, since a crowded machine would spoil every measurement."""
    with _held(tuple(f"rehearsal-{number}.lock" for number in range(slots()))):
        yield


@contextmanager
def starting() -> Iterator[None]:
    """Be the only stack on the machine that starts and warms up: several at once would spoil what others measure."""
    with _held(("rehearsal-start.lock",)):
        yield


@contextmanager
def _held(names: tuple[str, ...]) -> Iterator[None]:
    """Hold whichever of these locks becomes free first."""
    folder = lock_folder()
    deadline = time.monotonic() + WAIT_AT_MOST_S
    while time.monotonic() < deadline:
        for name in names:
            descriptor = lock_file(folder / name)
            if descriptor < 0:
                continue
            try:
                yield
            finally:
                os.close(descriptor)
            return
        time.sleep(STEP_S)  # the polling step: several locks, and any of them will do
    raise ServiceFailed("no slot to rehearse in became free", hint="end other rehearsals on this machine")
