"""A load that one process cannot offer: Locust's master, which starts the workers beside it and gathers what they tell.

Toward the game it is one load worker like any other. What it says to its workers is in share.py.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gevent
from locust.env import Environment

from game.core.outcome import LoadBatch
from game.lab.load.gathered import Gathered, share
from game.lab.load.share import BATCH_S
from game.lab.load.sockets import keep_to_ourselves
from game.lab.load.users import class_name
from game.lab.load.wire import Failed, decode_report, encode_plan

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gevent.event import Event

    from game.lab.load.plan import LoadPlan
    from game.lab.load.telemetry import Pipe

THERE_WITHIN_S = 15.0
ENDED_WITHIN_S = 1.0
STEP_S = 0.02


class Shares:
    """Meets what Locust asks of a dispatcher: each worker runs the users that are its own, from the first moment on.

    Nobody takes over the users of a worker that is lost: the load has failed then, and is offered anew.
    """

    dispatch_in_progress = False

    def __init__(self, shares: dict[str, Counter[str]], **_: object) -> None:
        """Take how many users of which class each worker runs; what Locust adds is not needed."""
        self._left: Iterator[dict[str, Counter[str]]] = iter([shares])

    def new_dispatch(self, **_: object) -> None: ...

    def add_worker(self, **_: object) -> None: ...

    def remove_worker(self, *_: object) -> None: ...

    def __iter__(self) -> Shares:
        return self

    def __next__(self) -> dict[str, Counter[str]]:
        return next(self._left)


class Master:
    """One load, from its plan to its end."""

    def __init__(self, plan: LoadPlan, pipe: Pipe, again: Sequence[str], ending: Event) -> None:
        """Start the workers; `again` is the command that starts this program."""
        keep_to_ourselves()
        self._plan = plan
        self._pipe = pipe
        self._ending = ending
        self._failure = ""
        self._there: set[int] = set()
        self._users: dict[str, Counter[str]] = {}
        self._gathered = Gathered(pipe=pipe, workers=plan.workers, origin_ns=plan.origin_ns)
        self._folder = Path(tempfile.mkdtemp(prefix="load-"))
        socket = str(self._folder / "master")
        environment = Environment(dispatcher_class=partial(Shares, self._users))
        self._runner = environment.create_master_runner(socket, 0)
        for name, listener in (("there", self._is_there), ("batch", self._told), ("failed", self._cannot)):
            self._runner.register_message(name, listener)
        self._workers = [_start([*again, socket]) for _ in range(plan.workers)]

    def run(self) -> int:
        """Offer the load until the game says stop or goes away; the exit code."""
        try:
            if self._all_there():
                self._begin()
                self._go_on()
            elif not self._ending.is_set() and not self._failure:
                self._failure = f"no {self._plan.workers} workers within {THERE_WITHIN_S:.0f} s"
            self._leave()
            if self._failure:
                self._pipe.send(Failed(what=self._failure))
        except BrokenPipeError:
            # The game is gone, and with it everybody who could be told.
            self._failure = "nobody listens"
        finally:
            for worker in self._workers:
                worker.kill()
            shutil.rmtree(self._folder, ignore_errors=True)
        return 2 if self._failure else 0

    def set_rate(self, requests_per_second: float) -> None:
        self._plan = replace(self._plan, requests_per_second=requests_per_second)
        self._say("rate", requests_per_second=requests_per_second, at_s=time.monotonic())

    def set_origin(self, origin_ns: int) -> None:
        self._plan = replace(self._plan, origin_ns=origin_ns)
        self._gathered.turn(origin_ns)
        self._say("origin", origin_ns=origin_ns)

    def begin_anew(self) -> None:
        self._say("anew")

    def _all_there(self) -> bool:
        """Wait for every worker to have joined."""
        deadline = time.monotonic() + THERE_WITHIN_S
        while len(self._there) < self._plan.workers and time.monotonic() < deadline:
            self._look()
            if self._failure or self._ending.wait(timeout=STEP_S):
                return False
        # Everybody is connected: the socket needs no name any more, so none stays behind.
        shutil.rmtree(self._folder, ignore_errors=True)
        return len(self._there) == self._plan.workers

    def _begin(self) -> None:
        self._say("begin", plan=encode_plan(self._plan), at_s=time.monotonic())
        users = len(self._plan.users)
        # Locust waits until all of them report; what they tell is to flow meanwhile.
        gevent.spawn(self._runner.start, users, users)

    def _go_on(self) -> None:
        while not self._ending.wait(timeout=BATCH_S) and not self._failure:
            self._look()
            self._gathered.send()

    def _look(self) -> None:
        """Notice a worker that is gone, or that has stopped answering Locust's heartbeats."""
        ended = [worker.returncode for worker in self._workers if worker.poll() is not None]
        if ended:
            self._failure = (
                self._failure or f"one of {self._plan.workers} workers died with status {ended[0]}"
            )
        elif self._runner.clients.missing:
            self._failure = self._failure or f"one of {self._plan.workers} workers does not answer"

    def _leave(self) -> None:
        """Have the workers tell what they have still to tell, and end."""
        self._say("end")
        deadline = time.monotonic() + ENDED_WITHIN_S
        while any(worker.poll() is None for worker in self._workers) and time.monotonic() < deadline:
            gevent.sleep(STEP_S)
        # What they said last may still be on its way to whoever reads it here.
        gevent.sleep(STEP_S)
        self._gathered.send()

    def _say(self, name: str, **words: object) -> None:
        self._runner.send_message(name, words)

    def _is_there(self, msg: Any, **_: object) -> None:  # noqa: ANN401 - locust ships no types
        index = self._runner.get_worker_index(msg.node_id)
        self._there.add(index)
        classes = dict.fromkeys((class_name(user.cohort) for user in self._plan.users), 0)
        mine = Counter(class_name(user.cohort) for user in share(self._plan, index))
        # Locust asks every worker about every class.
        self._users[msg.node_id] = Counter({**classes, **mine})

    def _told(self, msg: Any, **_: object) -> None:  # noqa: ANN401 - locust ships no types
        report = decode_report(msg.data["batch"])
        if isinstance(report, LoadBatch):
            self._gathered.add(self._runner.get_worker_index(msg.node_id), msg.data["origin_ns"], report)

    def _cannot(self, msg: Any, **_: object) -> None:  # noqa: ANN401 - locust ships no types
        self._failure = self._failure or str(msg.data["what"])


def _start(command: Sequence[str]) -> subprocess.Popen[bytes]:
    """Start a worker. It ends with its standard input, so with whoever started it."""
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=sys.stderr)
