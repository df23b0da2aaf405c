"""`danceoff moves`: the post-mortem of a run, drafted."""

from __future__ import annotations

import click

from game.cli.journal import latest_run, read_run
from game.core.debrief import debrief
from game.core.report.moves import dance_moves
from game.core.sealed import is_closed
from game.errors import Refused


@click.command()
@click.argument("run", required=False)
@click.option(
    "--dance", is_flag=True, help="In the language of the floor; facts, times and names stay the same."
)
def moves(run: str | None, dance: bool) -> None:
    """Draft the post-mortem of RUN (the latest, without it) in Markdown: timeline, impact, cause, resolution, follow-ups."""
    chosen = run or latest_run()
    events = read_run(chosen)
    if not is_closed(events):
        raise Refused(f"run {chosen} is not over", hint="danceoff resolve, or exit its shell")
    click.echo(dance_moves(debrief(events), dance=dance), nl=False)
