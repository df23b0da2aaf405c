"""Does the neon sign light when it should, how soon, and never otherwise? On one real stack with its users.

    python -m tests.benchmarks.neon_sign [--changes 30] [--calm 600]

Every fault of the catalogue is made twice on the load balancer: with a record (through the apply path, or by the recorded
runtime proxy), where the sign must stay dark, and without one (loaded and put back, left on disk, or by a runtime command that
came another way), where it must light. Faults elsewhere (a toxic, a service) are none of its business. The delay counts from the moment at
which HAProxy had taken the change. Then `--calm` seconds of legitimate activity: applies, recorded commands, looking, users.
"""

# ruff: noqa: T201 - a benchmark prints

from __future__ import annotations

import argparse
import statistics
import time
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import psutil

from game.catalog.load import load_exercise
from game.catalog.stack import load_stack
from game.core.exercise import Change, LbChange, LbFile, LbRuntime, LbStale
from game.core.sign.facts import SignLit
from game.director.order import Order
from game.director.performance import Performance, open_performance
from game.errors import DanceoffError
from game.lab.data import exercises_dir, stacks_dir
from game.lab.lb.apply import Applied, Submission
from game.lab.lb.files import read_files
from game.lab.lb.patching import ideal
from game.rehearsal.house import STEADY_WITHIN_S, wait

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from game.core.exercise import Exercise

NEVER_MS = 10**9
DARK_S, LIT_S = 0.7, 3.0
UNSEEN = ("set table", "clear table", "clear counters", "add acl")


@dataclass
class Tally:
    """`wrong`: what was not as predicted."""

    delays_ms: list[int] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


@dataclass
class Bench:
    run: Performance
    tally: Tally

    @property
    def lit(self) -> bool:
        return self.run.conductor.glimpse().state.sign is not None

    def put(self, files: Mapping[str, str]) -> None:
        """Put files into service as an apply does, on record."""
        submission = Submission(
            files=files, actor="benchmark", message="on record", revision=self.run.stage.sober
        )
        outcome = self.run.stage.apply_path.submit(submission)
        if not isinstance(outcome, Applied):
            raise DanceoffError(f"refused: {'; '.join(outcome.words)}")
        self.run.conductor.wait_for(lambda now: now.state.sign is None, LIT_S)

    def stays_dark(self, what: str, deed: Callable[[], object]) -> None:
        deed()
        if self.run.conductor.wait_for(lambda now: now.state.sign is not None, DARK_S):
            self.tally.wrong.append(f"{what}: lit, and should be dark: {self._shown()}")

    def lights(self, what: str, deed: Callable[[], object]) -> None:
        deed()
        since_ms = self.run.conductor.clock.now_ms()
        if not self.run.conductor.wait_for(lambda now: now.state.sign is not None, LIT_S):
            self.tally.wrong.append(f"{what}: dark, and should be lit")
            return
        sign = self.run.conductor.glimpse().state.sign
        self.tally.delays_ms.append(max(0, (sign.at_ms if sign else since_ms) - since_ms))

    def _shown(self) -> str:
        sign = self.run.conductor.glimpse().state.sign
        return "; ".join(one.what for one in sign.event.findings) if sign else ""


def main() -> None:
    arguments = _arguments()
    order = Order(
        code="macarena",
        seed=1,
        calm_ms=NEVER_MS,
        team="demo",
        follow_ups=("neon-sign",),
        first_round="benchmark",
    )
    run = open_performance(order, lambda _step: None)
    try:
        wait(run, "steady state", lambda now: now.state.steady is not None, STEADY_WITHIN_S)
        bench = Bench(run, Tally())
        cpu_s, started = _watcher_cpu_s(run), time.monotonic()
        _catalogue(bench, arguments.changes)
        _say(bench.tally)
        _calm(bench, arguments.calm)
        share = (_watcher_cpu_s(run) - cpu_s) / (time.monotonic() - started)
        print(f"CPU of the watcher's thread: {share * 100:.1f} % of one core")
    finally:
        run.close("aborted", "the benchmark is over")


def _catalogue(bench: Bench, most: int) -> None:
    stack = load_stack(stacks_dir() / "auth")
    repository = bench.run.stage.repository
    base = {
        path: repository.fill(text) for path, text in read_files(stacks_dir() / "auth" / "haproxy").items()
    }
    folders = sorted(
        path.parent for path in exercises_dir().glob("*/exercise.yaml") if path.parent.name[0] != "_"
    )
    for folder in folders[:most]:
        exercise = load_exercise(folder, stack, 1).exercise
        try:
            _one(bench, exercise, ideal(base, (repository.filled(one) for one in exercise.history)))
        except DanceoffError as error:
            bench.tally.left_out.append(f"{folder.name}: {error}")


def _one(bench: Bench, exercise: Exercise, before: Mapping[str, str]) -> None:
    """Every fault of one exercise, with a record and without."""
    code, run = exercise.briefing.code, bench.run
    for fault in exercise.faults:
        bench.tally.kinds[fault.kind] += 1
        past_record = run.stage.apply_path.load_only
        match fault:
            case LbChange(change=change):
                after: Mapping[str, str] = ideal(before, (run.stage.repository.filled(change),))
            case LbFile(path=path, content=content):
                after = {**before, path: run.stage.repository.fill(content, path)}
                past_record = run.stage.apply_path.overwrite
            case LbStale(patch=patch):
                changed = run.stage.repository.filled(
                    Change(id="loaded", author="netops", message="m", patch=patch)
                )
                after = ideal(before, (changed,))
            case LbRuntime(commands=commands):
                _commands(bench, code, before, tuple(run.stage.repository.fill(one) for one in commands))
                continue
            case _:
                # Not at the load balancer: nothing that the sign watches is touched.
                continue
        bench.put(before)
        bench.stays_dark(f"{code}, {fault.kind} on record", partial(bench.put, after))
        bench.put(before)
        bench.lights(f"{code}, {fault.kind} without a record", partial(past_record, after))
        bench.put(before)


def _commands(bench: Bench, code: str, before: Mapping[str, str], commands: tuple[str, ...]) -> None:
    run = bench.run

    def given() -> str:
        return "".join(run.stage.console.stage(one) for one in commands)

    bench.put(before)
    bench.stays_dark(f"{code}, lb_runtime on record", lambda: run.watch.recorded(given))
    bench.put(before)
    # What no comparison of states can see: HAProxy does not tell, or traffic moves it as well.
    seen = not all(one.startswith(UNSEEN) for one in commands)
    (bench.lights if seen else bench.stays_dark)(f"{code}, lb_runtime without a record", given)
    bench.put(before)


def _calm(bench: Bench, seconds: float) -> None:
    """Legitimate activity only; every time the sign lights is a false alarm."""
    alarms = len([one for one in bench.run.conductor.events() if isinstance(one.event, SignLit)])
    files = bench.run.stage.apply_path.approved_files
    until, deeds = time.monotonic() + seconds, 0
    while time.monotonic() < until:
        comment = f"# note {deeds}\n{files['haproxy.cfg']}"
        bench.put({**files, "haproxy.cfg": comment})
        for command in (
            "set server be_auth/auth1 weight 50%",
            "set server be_auth/auth1 weight 100%",
            "clear counters all",
        ):
            bench.run.watch.recorded(partial(bench.run.stage.console.run, command))
        bench.run.stage.console.run("show stat")
        deeds += 5
        bench.run.conductor.wait_for(lambda now: now.state.sign is not None, 2.0)
    after = len([one for one in bench.run.conductor.events() if isinstance(one.event, SignLit)])
    print(
        f"false alarms in {seconds:.0f} s of legitimate activity ({deeds} deeds, users all the time): {after - alarms}"
    )


def _say(tally: Tally) -> None:
    kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(tally.kinds.items()))
    delays = sorted(tally.delays_ms)
    print(f"faults by kind: {kinds}")
    if delays:
        p99 = delays[min(len(delays) - 1, int(len(delays) * 0.99))]
        print(
            f"lit: {len(delays)} of those without a record; delay p50 {statistics.median(delays):.0f} ms, p99 {p99} ms"
        )
    print(f"not as predicted: {len(tally.wrong)}")
    for line in (*tally.wrong, *(f"left out, {one}" for one in tally.left_out)):
        print(f"  {line}")


def _watcher_cpu_s(run: Performance) -> float:
    mine = run.watch.thread_id
    return sum(one.user_time + one.system_time for one in psutil.Process().threads() if one.id == mine)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--changes", type=int, default=30, help="so many exercises of the catalogue")
    parser.add_argument("--calm", type=float, default=600, help="seconds of legitimate activity")
    return parser.parse_args()


if __name__ == "__main__":
    main()
