"""How long it takes to prove exercises: seconds each, exercises per minute at one and two in parallel, and how much of it is waiting.

    python -m tests.benchmarks.verify_speed [CODE]...

The waiting is what the rules themselves ask for, whatever the machine: steady state, the alert's window, the detector's hold, and the
seconds by which wrong turns and the drawn cheat are judged. The ratio says how many times that a proof takes; the runs of a proof go side by side.
"""

# ruff: noqa: T201 - a benchmark prints

from __future__ import annotations

import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from game.catalog.load import load_exercise
from game.catalog.stack import load_stack
from game.core.detector import Settings
from game.lab.data import exercises_dir, stacks_dir
from game.rehearsal.look import LOOK_SAMPLES
from game.rehearsal.slots import slots
from game.rehearsal.verify import TURNS_A_STACK, Effort, dealt, verify

if TYPE_CHECKING:
    from game.core.exercise import Exercise
    from game.rehearsal.proof import Verified

CODES = ("macarena", "mazurka", "milonga", "sardana", "lambada", "quickstep")


def waiting_s(exercise: Exercise, *, thrifty: bool) -> float:
    """Seconds that the runs of a proof have to wait by the rules, summed: of the solution, of the wrong turns, and of the cheat."""
    runs = 1 if thrifty else 1 + len(dealt(exercise, TURNS_A_STACK))
    page = min(alert.window_s + alert.for_s for alert in exercise.alerts)
    each = exercise.steady_state.window_s + page
    turns = sum(LOOK_SAMPLES + turn.settle_s for turn in exercise.wrong_turns)
    cheat = LOOK_SAMPLES
    return runs * each + turns + cheat + Settings().hold_ms / 1000


def proved(codes: tuple[str, ...], at_once: int, effort: Effort) -> tuple[float, list[Verified]]:
    """Prove them, `at_once` beside each other; returns seconds, and what was found."""
    started = time.monotonic()
    with (
        ThreadPoolExecutor(max_workers=slots()) as stacks,
        ThreadPoolExecutor(max_workers=at_once) as pool,
    ):
        found = list(pool.map(lambda code: verify(code, 0, lambda _what: None, effort, stacks), codes))
    return time.monotonic() - started, found


def main(arguments: list[str]) -> int:
    codes = tuple(arguments) or CODES
    stack = load_stack(stacks_dir() / "auth")
    exercises = {code: load_exercise(exercises_dir() / code, stack, 0).exercise for code in codes}
    print(f"{os.cpu_count()} cores, load average {os.getloadavg()[0]:.1f}")
    good = True
    for at_once, thrifty in ((1, False), (1, True), (2, True), (slots(), True)):
        waits = {code: waiting_s(exercise, thrifty=thrifty) for code, exercise in exercises.items()}
        took, found = proved(codes, at_once, Effort(thrifty=thrifty))
        for one in found:
            print(
                f"  {one.code:12s} {'ok' if one.ok else 'FAILED'}  {one.seconds:5.1f} s   "
                f"{one.seconds / waits[one.code]:.2f} of the {waits[one.code]:.0f} s of waiting in its runs"
            )
        good = good and all(one.ok for one in found)
        print(
            f"{at_once} at once, {'one stack each' if thrifty else 'several stacks each'}: {took:.0f} s, {len(codes) * 60 / took:.2f} exercises a minute, "
            f"{took / sum(waits.values()):.2f} of all waiting"
        )
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
