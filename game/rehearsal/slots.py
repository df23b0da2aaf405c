"""How many stacks are rehearsed at once: as many as the machine carries, counted over all processes on it."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import psutil

from game.errors import ServiceFailed
from game.lab.ports import lock_file, lock_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

# One stack under load takes a sixth of a machine of two cores, and a multiple of that while its fault makes users log in again.
STACKS_PER_CORE = 3
# How busy the machine may be, of all cores, for one more stack; looked at for so long, and waited for at most so long.
ROOM_PERCENT = 70.0
LOOK_S = 1.5
ROOM_WITHIN_S = 60.0
STEP_S = 0.1
WAIT_AT_MOST_S = 3_600


def slots() -> int:
    """The most stacks that rehearse on this machine at once, in all processes; fewer do while it is busy."""
    return (os.cpu_count() or 1) * STACKS_PER_CORE


@contextmanager
def slot() -> Iterator[None]:
    """Hold one of the machine's slots; waits for one, since a crowded machine would spoil every measurement."""
    with _held(tuple(f"rehearsal-{number}.lock" for number in range(slots()))):
        yield


@contextmanager
def starting(*, patient: bool) -> Iterator[None]:
    """Be the only stack on the machine that starts: several at once would take the time of those that are measured.

    `patient`: wait until the machine has room for one more.
    """
    with _held(("rehearsal-start.lock",)):
        deadline = time.monotonic() + ROOM_WITHIN_S
        while patient and psutil.cpu_percent(LOOK_S) > ROOM_PERCENT and time.monotonic() < deadline:
            continue
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
