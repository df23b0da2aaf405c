"""`danceoff whatif`: fork a finished run at a moment, do something else, and see what users would have been spared."""

from __future__ import annotations

import re

import click

from game.cli.journal import latest_run, read_run
from game.core.debrief import debrief
from game.core.sealed import is_closed
from game.core.what_if import armed_ms, lines
from game.errors import Refused, UsageError
from game.rehearsal.what_if import what_if as forked

MOMENT = re.compile(r"(?:(\d+):)?(\d+)")


@click.command("whatif")
@click.argument("run", required=False)
@click.option("--at", "at", required=True, metavar="M:SS", help="The moment, on the debrief's clock.")
@click.option(
    "--do",
    "steps",
    required=True,
    multiple=True,
    metavar="STEP",
    help="Instead of what followed: revert:NUMBER, drain:auth2, restart:auth2, lb:COMMAND; may be said several times.",
)
def what_if(run: str | None, at: str, steps: tuple[str, ...]) -> None:
    """Play RUN (the latest, without it) again up to a moment, then do something else: what would users have been spared?

    The same seed on a fresh stack, with what the team did until then at the same times. It takes as long as that took, and
    until users are well again, for which it waits as long as the run itself went on, and at least as long as a recovery may take.
    """
    chosen = run or latest_run()
    events = read_run(chosen)
    if not is_closed(events):
        raise Refused(f"run {chosen} is not over", hint="danceoff resolve, or exit its shell")
    origin = debrief(events).origin
    after_ms = origin.at_ms + _moment_ms(at) - (armed_ms(events) or 0)
    click.echo(f"run {chosen} up to {at} since {origin.what}, then {', '.join(steps)}")
    found = forked(chosen, events, after_ms, steps, lambda line: click.echo(f"  {line}"))
    click.echo()
    for line in lines(found, ", ".join(steps)):
        click.echo(line)


def _moment_ms(text: str) -> int:
    found = MOMENT.fullmatch(text)
    if found is None:
        raise UsageError(f"{text[:20]!r} is no moment", hint="minutes and seconds: --at 4:00")
    return (int(found[1] or 0) * 60 + int(found[2])) * 1000
