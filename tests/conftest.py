"""What holds for all tests."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from game.lab.ports import USUAL, VARIABLE

if TYPE_CHECKING:
    from collections.abc import Iterator

# How long an example takes says something about the machine, nothing about the code: times are measured in benchmarks.
settings.register_profile("danceoff", deadline=None)
settings.load_profile("danceoff")

# Tests beside each other share no port: what one lets go of for a moment, the other's stacks would take.
if "PYTEST_XDIST_WORKER" in os.environ:
    each = len(USUAL) // int(os.environ["PYTEST_XDIST_WORKER_COUNT"])
    mine = USUAL[int(os.environ["PYTEST_XDIST_WORKER"].removeprefix("gw")) * each :][:each]
    os.environ[VARIABLE] = f"{mine[0]}-{mine[-1]}"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files of tests are shared out whole, and those of the browser all to one: two browsers starve each other."""
    for item in items:
        folder = item.path.parent
        group = folder.name if folder.name == "browser" else f"{folder.name}/{item.path.stem}"
        item.add_marker(pytest.mark.xdist_group(group))


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
