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
    from pathlib import Path

# One stack under load takes an eighth of a machine of two cores, and a multiple of that while its fault makes users log in again.
# With three a core, all of them finish later: what is late is looked at again.
STACKS_PER_CORE = 2.5
# How busy the machine may be, of all cores, for one more stack, looked at for so long.
ROOM_PERCENT = 75.0
LOOK_S = 1.0
# What is not ours may never end: beside nobody else a stack waits no longer for room.
ROOM_WITHIN_S = 60.0
STEP_S = 0.1
WAIT_AT_MOST_S = 3_600


def slots() -> int:
    """The most stacks that rehearse on this machine at once, in all processes; fewer do while it is busy."""
    return int((os.cpu_count() or 1) * STACKS_PER_CORE)


@contextmanager
def slot() -> Iterator[None]:
    """Hold one of the machine's slots; waits for one, since a crowded machine would spoil every measurement."""
    with _held(_slots()):
        yield


@contextmanager
def starting() -> Iterator[None]:
    """Be the only stack on the machine that starts: several at once would take the time of those that are measured."""
    with _held(("rehearsal-start.lock",)):
        yield


def wait_for_room() -> None:
    """Wait until the machine has room for one more stack than those that rehearse on it; call it with a slot held."""
    deadline = time.monotonic() + ROOM_WITHIN_S
    while psutil.cpu_percent(LOOK_S) > ROOM_PERCENT and (_taken() > 1 or time.monotonic() < deadline):
        continue


def _slots() -> tuple[str, ...]:
    return tuple(f"rehearsal-{number}.lock" for number in range(slots()))


def _taken() -> int:
    """How many slots are held, by anybody on this machine."""
    folder = lock_folder()
    return sum(not _is_free(folder / name) for name in _slots())


def _is_free(lock: Path) -> bool:
    descriptor = lock_file(lock)
    if descriptor < 0:
        return False
    os.close(descriptor)
    return True


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
