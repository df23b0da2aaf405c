"""What holds for all tests."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from collections.abc import Iterator

# How long an example takes says something about the machine, nothing about the code: times are measured in benchmarks.
settings.register_profile("danceoff", deadline=None)
settings.load_profile("danceoff")


@pytest.fixture(scope="session", autouse=True)
def interruptible() -> Iterator[None]:
    """Tests that were started in the background or by nohup ignore signals, and so would every game that they start."""
    former = {
        number: signal.signal(number, usual)
        for number, usual in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL))
    }
    yield
    for number, handler in former.items():
        signal.signal(number, handler)
