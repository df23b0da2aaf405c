"""Plays every cheat on several exercises and prints what came of it, as a table.

`python -m tests.benchmarks.cheats_everywhere [--seed N] [CODE]...` plays as many stacks at once as the machine carries; without CODE it
takes one exercise of each mechanism, up to eight. Exit code 0 only if no cheat pays.
"""

# ruff: noqa: T201 - measurements are there to be printed

from __future__ import annotations

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from game.catalog.load import load_exercise
from game.catalog.stack import load_stack
from game.director.order import Order
from game.errors import DanceoffError
from game.lab.data import exercises_dir, stacks_dir
from game.rehearsal.cheating import play_cheats
from game.rehearsal.slots import slots

if TYPE_CHECKING:
    from concurrent.futures import Executor, Future

    from game.rehearsal.cheating import Cheats
    from game.rehearsal.proof import Cheat


MOST = 8
STACKS = 2
MARKS = {"refused": "refused", "earns nothing": "0", "repairs": "repairs", "pays": "PAYS"}


def chosen() -> tuple[str, ...]:
    """One exercise of each pair of component and mechanism, in the order of the alphabet."""
    stack = load_stack(stacks_dir() / "auth")
    kinds: dict[tuple[str, str], str] = {}
    for path in sorted(exercises_dir().glob("*/exercise.yaml")):
        answer = load_exercise(path.parent, stack, 0).exercise.answer
        kinds.setdefault((answer.component, answer.mechanism), path.parent.name)
    return tuple(kinds.values())[:MOST]


def deal(code: str, seed: int, stacks: Executor) -> list[Future[Cheats]]:
    """Begin to play all cheats on an exercise, on a few stacks; `stacks` says how many are played at once."""
    order = Order(code=code, seed=seed)
    return [stacks.submit(play_cheats, order, part, STACKS) for part in range(STACKS)]


def main() -> int:
    arguments = sys.argv[1:]
    seed = int(arguments.pop(arguments.index("--seed") + 1)) if "--seed" in arguments else 0
    codes = tuple(one for one in arguments if one != "--seed") or chosen()
    table: dict[str, dict[str, Cheat]] = {}
    failed = False
    began = time.monotonic()
    with ThreadPoolExecutor(max_workers=slots()) as stacks:
        playing = {code: deal(code, seed, stacks) for code in codes}
    for code, parts in playing.items():
        try:
            found = tuple(cheat for part in parts for cheat in part.result().cheats)
        except DanceoffError as error:
            print(f"{code}: cannot be played: {error}")
            failed = True
            continue
        for cheat in found:
            table.setdefault(cheat.name, {})[code] = cheat
            if cheat.outcome in {"pays", "repairs"}:
                print(f"  {cheat.name}: {cheat.outcome}, {cheat.earned} points; {cheat.words[:160]}")
    print()
    print(" " * 48 + "".join(f"{code:>13}" for code in codes))
    for name, row in table.items():
        print(
            f"{name:48}"
            + "".join(f"{MARKS[row[code].outcome] if code in row else '-':>13}" for code in codes)
        )
    paid = sum(1 for row in table.values() for cheat in row.values() if cheat.outcome == "pays")
    print(f"\n{len(codes)} exercises in {time.monotonic() - began:.0f} s")
    print(f"cheats that pay: {paid} of {sum(len(row) for row in table.values())}")
    return 1 if paid or failed else 0


if __name__ == "__main__":
    sys.exit(main())
