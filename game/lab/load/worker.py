"""The load worker, a program of its own: `python -m game.lab.load.worker`. Talks on its pipes as wire.py says.

Locust is used as a library: an Environment, a local runner and one FastHttpUser class a cohort, without command line or
web pages. It lives in its own process because gevent and the game's threads do not go together.
"""

from __future__ import annotations

import os
import signal
import sys
import time

# Nothing here needs patched sockets: the users' client is built on gevent, and the pipes are read with gevent.
os.environ["LOCUST_SKIP_MONKEY_PATCH"] = "1"
# Addresses are numbers here: a name server's thread for every connection would be for nothing.
os.environ["GEVENT_RESOLVER"] = "block"

import gc

import gevent
import gevent.os
from gevent.event import Event
from gevent.timeout import Timeout
from locust.env import Environment

from game.errors import DanceoffError
from game.lab.load.pace import Pace
from game.lab.load.proof import Verifier
from game.lab.load.telemetry import Pipe, RunClock, Telemetry
from game.lab.load.users import World, schedules_of, user_classes
from game.lab.load.wire import (
    Anew,
    Failed,
    NotUnderstood,
    Ready,
    SetOrigin,
    SetRate,
    Stop,
    decode_command,
    decode_plan,
)

BATCH_S = 0.05
QUIT_S = 0.3
READ_BYTES = 65_536
LONGEST_LINE = 4 * 1024 * 1024
COLLECT = (10_000, 20, 20)


class Lines:
    """The game's lines on standard input, read without holding up the users."""

    def __init__(self, descriptor: int) -> None:
        gevent.os.make_nonblocking(descriptor)
        self._descriptor = descriptor
        self._rest = b""

    def next(self) -> bytes | None:
        """Wait for the next whole line; None when the game has gone."""
        while b"\n" not in self._rest:
            read = gevent.os.nb_read(self._descriptor, READ_BYTES)
            if not read or len(self._rest) > LONGEST_LINE:
                return None
            self._rest += read
        line, _, self._rest = self._rest.partition(b"\n")
        return line


class Worker:
    """One load, from its plan to its end."""

    def __init__(self, line: bytes, pipe: Pipe, ending: Event) -> None:
        """Take the plan's line. Raises NotUnderstood, OSError (no CA file) or DanceoffError (no such key)."""
        plan = decode_plan(line)
        if not plan.users:
            raise NotUnderstood("no load plan: it has no users")
        self._ending = ending
        self._pace = Pace(from_s=time.monotonic(), rate_per_user=plan.requests_per_second / len(plan.users))
        self._schedules = schedules_of(plan, self._pace)
        clock = RunClock(plan.origin_ns)
        self._telemetry = Telemetry(pipe=pipe, clock=clock, oldest_due_s=self._oldest_due_s)
        self._world = World(
            plan=plan,
            pace=self._pace,
            verifier=Verifier(plan.target.public_key),
            telemetry=self._telemetry,
            changed=Event(),
        )
        self._environment = Environment(user_classes=user_classes(self._world, self._schedules))

    def run(self, lines: Lines) -> None:
        """Offer the load until the game says stop or goes away."""
        runner = self._environment.create_local_runner()
        users = len(self._world.plan.users)
        runner.start(user_count=users, spawn_rate=users)
        obeying = gevent.spawn(self._obey, lines)
        try:
            while not self._ending.wait(timeout=BATCH_S):
                self._telemetry.send(time.monotonic())
            self._telemetry.send(time.monotonic())
        except BrokenPipeError:
            self._ending.set()
        obeying.kill(block=False)
        with Timeout(QUIT_S, False):
            runner.quit()

    def _obey(self, lines: Lines) -> None:
        while (line := lines.next()) is not None:
            try:
                command = decode_command(line)
            except NotUnderstood as error:
                sys.stderr.write(f"load worker: ignored: {error}\n")
                continue
            match command:
                case SetRate():
                    users = len(self._world.plan.users)
                    self._pace.set_rate(time.monotonic(), command.requests_per_second / users)
                    waiting, self._world.changed = self._world.changed, Event()
                    waiting.set()
                case SetOrigin():
                    self._telemetry.clock.origin_ns = command.origin_ns
                case Anew():
                    self._world.times_anew += 1
                case Stop():
                    break
        self._ending.set()

    def _oldest_due_s(self) -> float:
        return min(schedule.due_s for schedule in self._schedules)


def main() -> int:
    # Only batches may reach the game's pipe; whatever a library prints goes where errors go.
    pipe = Pipe(os.dup(1))
    os.dup2(2, 1)
    ending = Event()
    gevent.signal_handler(signal.SIGTERM, ending.set)
    lines = Lines(0)
    pipe.send(Ready())
    first = gevent.spawn(lines.next)
    gevent.wait([first, ending], count=1)
    if ending.is_set() or not first.value:
        return 0
    try:
        worker = Worker(first.value, pipe, ending)
    except (DanceoffError, NotUnderstood, OSError) as error:
        pipe.send(Failed(what=str(error)))
        return 2
    # What was imported lives as long as the load: the collector need not go through it again and again.
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT)
    worker.run(lines)
    return 0


if __name__ == "__main__":
    sys.exit(main())
