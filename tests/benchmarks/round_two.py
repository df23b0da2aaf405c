"""What follow-ups are worth: an exercise played twice by a scripted team, and the table of both rounds.

    python -m tests.benchmarks.round_two [CODE] [--seed 3] [--reading 3.0] [--buy peer-review --buy neon-sign]

Both rounds are real: a stack each, users, the fault, the page, the rollback, judged by the game. The team knows its craft:
whoever reads the guilty change understands it. What differs is how long it takes to find it, since one look takes it
`--reading` seconds. Everything in the table is from the two journals; they stay, for `danceoff debrief` and `replay`.
"""

# ruff: noqa: T201 - a benchmark prints

from __future__ import annotations

import argparse
import time

from game.core.report.terminal import rounds_lines
from game.rehearsal.both_rounds import play_both


def main() -> None:
    arguments = _arguments()
    started = time.monotonic()

    def told(step: str) -> None:
        print(f"  {time.monotonic() - started:6.1f} s  {step}", flush=True)

    wanted = tuple(arguments.buy or ("peer-review", "neon-sign"))
    found = play_both(arguments.code, arguments.seed, wanted, arguments.reading, told)
    print(
        f"\n{arguments.code}, seeds {found.first.seed} and {found.second.seed}, {arguments.reading:g} s a look"
    )
    for line in rounds_lines(found):
        print(line.rstrip())


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("code", nargs="?", default="macarena")
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--reading", type=float, default=3.0, help="seconds that one look takes")
    parser.add_argument("--buy", action="append", help="a follow-up; without it: peer-review and neon-sign")
    return parser.parse_args()


if __name__ == "__main__":
    main()
