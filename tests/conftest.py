"""What holds for all tests."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from xdist.scheduler import LoadFileScheduling

from game.lab.ports import USUAL, VARIABLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xdist.remote import Producer

BROWSER = "tests/browser/"

# How long an example takes says something about the machine, nothing about the code: times are measured in benchmarks.
settings.register_profile("danceoff", deadline=None)
settings.load_profile("danceoff")

# Tests beside each other share no port: what one lets go of for a moment, the other's stacks would take.
if "PYTEST_XDIST_WORKER" in os.environ:
    each = len(USUAL) // int(os.environ["PYTEST_XDIST_WORKER_COUNT"])
    mine = USUAL[int(os.environ["PYTEST_XDIST_WORKER"].removeprefix("gw")) * each :][:each]
    os.environ[VARIABLE] = f"{mine[0]}-{mine[-1]}"


class WholeFiles(LoadFileScheduling):  # type: ignore[misc]  # it has no types
    """Shares files of tests out whole, and those of the browser all to one worker: two browsers starve each other."""

    def _split_scope(self, nodeid: str) -> str:
        return BROWSER if nodeid.startswith(BROWSER) else super()._split_scope(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> WholeFiles | None:
    return WholeFiles(config, log) if config.getvalue("dist") == "loadfile" else None


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
