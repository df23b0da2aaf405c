"""How the record of a proof is told: as one line of JSON, or in words."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import cattrs
import click

if TYPE_CHECKING:
    from collections.abc import Iterator

    from game.rehearsal.proof import Verified


def tell(result: Verified, *, as_json: bool) -> None:
    """Print one record."""
    if as_json:
        click.echo(json.dumps(_flat(result)))
        sys.stdout.flush()
        return
    mark = click.style("ok", fg="green") if result.ok else click.style("FAILED", fg="red")
    again = f", attempt {result.attempts}" if result.attempts > 1 else ""
    on = f" on HAProxy {result.haproxy} ({result.runtime})" if result.haproxy else ""
    click.echo(f"{result.code} seed {result.seed}: {mark}{on} in {result.seconds} s{again}")
    for line in (*_scores(result), *_played(result), *_missed(result)):
        click.echo(f"  {line}")


def _scores(result: Verified) -> Iterator[str]:
    if result.offers:
        yield f"reference {result.reference_score} of {result.achievable}"
        yield f"silence {result.do_nothing_score}, one word for all {result.blind_revert_score}"
    else:
        yield f"users failing {result.bad_share:.1%}, reference {result.reference_score} of {result.achievable}"
        yield f"doing nothing {result.do_nothing_score}, blind revert {result.blind_revert_score}"


def _played(result: Verified) -> Iterator[str]:
    for turn in result.wrong_turns:
        words = "counts as recovery" if turn.recovered else f"{turn.request_share:.1%} of requests still fail"
        yield f"wrong turn, {turn.name}: {words}"
    for one in result.offers:
        kind = "good" if one.good else "bad"
        preview = {True: "somebody shut out", False: "everybody let in", None: "not measured"}[one.previewed]
        yield f"{kind} one, {one.change}: {one.bad_share:.1%} of users hurt; preview: {preview}"
    for bought in result.bought:
        shown = "never" if bought.seconds is None else f"{bought.seconds:g} s after the change"
        yield f"bought {', '.join(bought.buy)}: {bought.shows} {shown}"
    for cheat in result.cheats:
        yield f"cheat, {cheat.name}: {cheat.outcome}"


def _missed(result: Verified) -> Iterator[str]:
    for failure in result.spoilt:
        yield f"measured again, alone: proof {failure.proof} was {failure.measured}, bound {failure.bound}"
    for failure in result.failures:
        yield f"proof {failure.proof}: measured {failure.measured}, bound {failure.bound}"
    if result.failures:
        yield f"the machine's load average was {result.load_average}"
    for folder in result.evidence:
        yield f"evidence: {folder}"


def _flat(result: Verified) -> object:
    """The record with cohorts and what the seed chose as one object each, as readers of the JSON expect it."""
    return {
        **cattrs.unstructure(result),
        "cohorts": {cohort.cohort: cohort.bad_share for cohort in result.cohorts},
        "chose": {one.name: one.value for one in result.chose},
    }
