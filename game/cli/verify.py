"""`danceoff verify`: play exercises by machine and prove them."""

from __future__ import annotations

import json
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import cattrs
import click

from game.cli.catalogue import folder_of
from game.cli.runtime import runtime_option, settle
from game.lab.data import exercises_dir
from game.rehearsal.attempts import proved
from game.rehearsal.length import mixed
from game.rehearsal.slots import slots
from game.rehearsal.verify import Effort
from game.rehearsal.verify import verify as prove

if TYPE_CHECKING:
    from collections.abc import Callable

    from game.lab.runtime.choice import Wanted
    from game.rehearsal.proof import Verified


@click.command()
@click.argument("codes", nargs=-1, metavar="[CODE]...")
@click.option(
    "--seed", "seeds", type=click.IntRange(0, 2**31 - 1), multiple=True, default=(0,), show_default=True
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line and exercise.")
@click.option("--cheats", is_flag=True, help="Also play every known cheat; takes some two minutes more each.")
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
    wanted = tuple((code, seed) for code in chosen for seed in seeds)
    # One exercise is to be quick, many are to be cheap.
    single = len(wanted) == 1
    wanted = wanted if single else tuple((code, seed) for code in mixed(chosen) for seed in seeds)
    on = settle(runtime)
    started, good = time.monotonic(), 0
    with (
        ThreadPoolExecutor(max_workers=slots()) as stacks,
        ThreadPoolExecutor(max_workers=os.cpu_count()) as few,
    ):

        def once(one: tuple[str, int], /, *, alone: bool) -> Verified:
            code, seed = one
            effort = Effort(cheats=cheats, thrifty=not (single or alone), runtime=on)
            return prove(code, seed, _progress(code), effort, few if alone else stacks)

        for result in proved(wanted, once, attempts=attempts, at_once=slots()):
            good += result.ok
            _print(result, as_json=as_json)
    click.echo(f"{good} of {len(wanted)} proved in {time.monotonic() - started:.0f} s", err=True)
    return 0 if good == len(wanted) else 1


def _progress(code: str) -> Callable[[str], None]:
    return lambda what: click.echo(f"  {code}: {what} done", err=True)


def _print(result: Verified, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(_flat(result)))
        sys.stdout.flush()
        return
    mark = click.style("ok", fg="green") if result.ok else click.style("FAILED", fg="red")
    again = f", attempt {result.attempts}" if result.attempts > 1 else ""
    on = f" on HAProxy {result.haproxy} ({result.runtime})" if result.haproxy else ""
    click.echo(f"{result.code} seed {result.seed}: {mark}{on} in {result.seconds} s{again}")
    if result.offers:
        click.echo(f"  reference {result.reference_score} of {result.achievable}")
        click.echo(f"  silence {result.do_nothing_score}, one word for all {result.blind_revert_score}")
    else:
        click.echo(
            f"  users failing {result.bad_share:.1%}, reference {result.reference_score} of {result.achievable}"
        )
        click.echo(f"  doing nothing {result.do_nothing_score}, blind revert {result.blind_revert_score}")
    for turn in result.wrong_turns:
        words = "counts as recovery" if turn.recovered else f"{turn.request_share:.1%} of requests still fail"
        click.echo(f"  wrong turn, {turn.name}: {words}")
    for one in result.offers:
        kind = "good" if one.good else "bad"
        preview = {True: "somebody shut out", False: "everybody let in", None: "not measured"}[one.previewed]
        click.echo(f"  {kind} one, {one.change}: {one.bad_share:.1%} of users hurt; preview: {preview}")
    for bought in result.bought:
        shown = "never" if bought.seconds is None else f"{bought.seconds:g} s after the change"
        click.echo(f"  bought {', '.join(bought.buy)}: {bought.shows} {shown}")
    for cheat in result.cheats:
        click.echo(f"  cheat, {cheat.name}: {cheat.outcome}")
    for failure in result.spoilt:
        click.echo(f"  measured again, alone, since proof {failure.proof} was {failure.measured}")
    for failure in result.failures:
        click.echo(f"  proof {failure.proof}: measured {failure.measured}, bound {failure.bound}")
    if result.failures:
        click.echo(f"  the machine's load average was {result.load_average}")
    for folder in result.evidence:
        click.echo(f"  evidence: {folder}")


def _flat(result: Verified) -> object:
    """The record with cohorts and what the seed chose as one object each, as readers of the JSON expect it."""
    return {
        **cattrs.unstructure(result),
        "cohorts": {cohort.cohort: cohort.bad_share for cohort in result.cohorts},
        "chose": {one.name: one.value for one in result.chose},
    }
