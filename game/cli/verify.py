"""`danceoff verify`: play exercises by machine and prove them."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from game.cli.catalogue import folder_of
from game.cli.proofs import tell
from game.cli.runtime import runtime_option, settle
from game.cli.signals import Interruption
from game.lab.data import exercises_dir
from game.rehearsal.attempts import crew, proved
from game.rehearsal.house import strike
from game.rehearsal.length import mixed
from game.rehearsal.slots import slots
from game.rehearsal.verify import Effort
from game.rehearsal.verify import verify as prove

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from game.lab.runtime.choice import Wanted
    from game.rehearsal.proof import Verified


@click.command()
@click.argument("codes", nargs=-1, metavar="[CODE]...")
@click.option(
    "--seed",
    "seeds",
    type=click.IntRange(0, 2**31 - 1),
    multiple=True,
    default=(0,),
    show_default=True,
    help="Which variant; given several times, each of them.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line and exercise.")
@click.option(
    "--cheats",
    is_flag=True,
    help="Play every known cheat, and not only a few each; takes some two minutes more each.",
)
@click.option(
    "--attempts",
    type=click.IntRange(1, 5),
    default=2,
    show_default=True,
    help="How often to measure before a failure is believed; the record says how many it took.",
)
@runtime_option
def verify(
    *,
    codes: tuple[str, ...],
    seeds: tuple[int, ...],
    as_json: bool,
    cheats: bool,
    attempts: int,
    runtime: Wanted,
) -> int:
    """Prove exercises (all, without CODE): they bite, wrong turns do not help, the reference solution does.

    Exit code 0 only if every proof of every exercise holds.
    """
    chosen = codes or tuple(sorted(path.parent.name for path in exercises_dir().glob("*/exercise.yaml")))
    for code in chosen:
        folder_of(code)
    # One exercise is to be quick, many are to be cheap.
    single = len(chosen) * len(seeds) == 1
    wanted = tuple((code, seed) for code in (chosen if single else mixed(chosen)) for seed in seeds)
    on = settle(runtime)
    started, good = time.monotonic(), 0
    with _interruptible(), crew(slots()) as stacks, crew(os.cpu_count() or 1) as few:

        def once(code: str, seed: int, *, alone: bool) -> Verified:
            effort = Effort(cheats=cheats, thrifty=not (single or alone), runtime=on)
            return prove(code, seed, _progress(code), effort, few if alone else stacks)

        for result in proved(wanted, once, attempts=attempts, at_once=slots()):
            good += result.ok
            tell(result, as_json=as_json)
    click.echo(f"{good} of {len(wanted)} proved in {time.monotonic() - started:.0f} s", err=True)
    return 0 if good == len(wanted) else 1


@contextmanager
def _interruptible() -> Iterator[None]:
    """Whoever interrupts has no run left standing, and does not wait for what was still to be played."""
    with Interruption().caught():
        try:
            yield
        except KeyboardInterrupt:
            strike()
            raise


def _progress(code: str) -> Callable[[str], None]:
    return lambda what: click.echo(f"  {code}: {what}", err=True)
