"""The load worker, a program of its own: `python -m game.lab.load.worker [MASTER]`. Talks on its pipes as wire.py says.

Locust is used as a library: an Environment, a runner and one FastHttpUser class a cohort, without command line or web
pages. It lives in its own process because gevent and the game's threads do not go together. A plan for several workers
makes it Locust's master, which starts this program again so many times with the socket where it is to be joined.
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
from contextlib import suppress
from typing import TYPE_CHECKING

import gevent
from gevent.event import Event
from gevent.timeout import Timeout
from locust.env import Environment

from game.errors import DanceoffError
from game.lab.load.lines import Lines
from game.lab.load.master import Master
from game.lab.load.offering import Offering
from game.lab.load.share import BATCH_S, QUIT_S, Share
from game.lab.load.telemetry import Pipe
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

if TYPE_CHECKING:
    from collections.abc import Sequence

    from game.lab.load.plan import LoadPlan

COLLECT = (10_000, 20, 20)


class Alone:
    """One load in this process, from its plan to its end."""

    def __init__(self, plan: LoadPlan, pipe: Pipe, ending: Event) -> None:
        """Raises OSError (no CA file) or DanceoffError (no such key)."""
        self._ending = ending
        self._users = len(plan.users)
        self._offering = Offering(plan, plan.users, time.monotonic(), pipe)
        self._environment = Environment(user_classes=self._offering.classes)

    def run(self) -> int:
        """Offer the load until the game says stop or goes away; the exit code."""
        runner = self._environment.create_local_runner()
        runner.start(user_count=self._users, spawn_rate=self._users)
        with suppress(BrokenPipeError):
            while not self._ending.wait(timeout=BATCH_S):
                self._offering.tell()
            self._offering.tell()
        with Timeout(QUIT_S, False):
            runner.quit()
        return 0

    def set_rate(self, requests_per_second: float) -> None:
        self._offering.set_rate(time.monotonic(), requests_per_second)

    def set_origin(self, origin_ns: int) -> None:
        self._offering.set_origin(origin_ns)

    def begin_anew(self) -> None:
        self._offering.begin_anew()


def obey(load: Alone | Master, lines: Lines, ending: Event) -> None:
    """Do what the game says until it says stop or is gone."""
    while (line := lines.next()) is not None:
        try:
            command = decode_command(line)
        except NotUnderstood as error:
            sys.stderr.write(f"load worker: ignored: {error}\n")
            continue
        match command:
            case SetRate():
                load.set_rate(command.requests_per_second)
            case SetOrigin():
                load.set_origin(command.origin_ns)
            case Anew():
                load.begin_anew()
            case Stop():
                break
    ending.set()


def settle_memory() -> None:
    """What was imported lives as long as the load: the collector need not go through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT)


def _load(plan: LoadPlan, pipe: Pipe, ending: Event) -> Alone | Master:
    if not plan.users:
        raise NotUnderstood("no load plan: it has no users")
    if plan.workers == 1:
        return Alone(plan, pipe, ending)
    return Master(plan, pipe, (sys.executable, *sys.orig_argv[1:]), ending)


def join(master: str, lines: Lines, ending: Event) -> int:
    """Offer a share of a load that a master at this socket has the plan of; the exit code."""
    gevent.spawn(lines.next).link(lambda _: ending.set())
    joining = gevent.spawn(Share, master, ending)
    gevent.wait([joining, ending], count=1)
    if ending.is_set() or not joining.successful():
        return 1
    settle_memory()
    share: Share = joining.value
    return share.run()


def play(line: bytes, lines: Lines, pipe: Pipe, ending: Event) -> int:
    """Offer the load of a plan's line; the exit code."""
    try:
        load = _load(decode_plan(line), pipe, ending)
    except (DanceoffError, NotUnderstood, OSError) as error:
        pipe.send(Failed(what=str(error)))
        return 2
    settle_memory()
    obeying = gevent.spawn(obey, load, lines, ending)
    status = load.run()
    obeying.kill(block=False)
    return status


def main(arguments: Sequence[str] = ()) -> int:
    # Only batches may reach the game's pipe; whatever a library prints goes where errors go.
    pipe = Pipe(os.dup(1))
    os.dup2(2, 1)
    ending = Event()
    gevent.signal_handler(signal.SIGTERM, ending.set)
    lines = Lines(0)
    if arguments:
        return join(arguments[0], lines, ending)
    pipe.send(Ready())
    first = gevent.spawn(lines.next)
    gevent.wait([first, ending], count=1)
    if ending.is_set() or not first.value:
        return 0
    return play(first.value, lines, pipe, ending)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
