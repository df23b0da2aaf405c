"""A run that is conducted without a stage."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from game.director.clock import RunClock
from game.director.conductor import Conductor
from tests.unit.director.conducting import Run
from tests.unit.director.scene import (
    OPENED,
    STACK,
    MemoryWriter,
    exercise,
    without,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def run() -> Iterator[Run]:
    writer = MemoryWriter()
    made = Run(writer=writer, conductor=Conductor(without(exercise()), STACK, writer, RunClock()))
    yield made.at(OPENED)
    made.conductor.stop()
