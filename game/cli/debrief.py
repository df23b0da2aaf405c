"""`danceoff debrief`: score and post-mortem of a run that is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from game.cli.journal import latest_run, read_run
from game.core.debrief import debrief as told
from game.core.sealed import is_closed
from game.director.bests import rival_of
from game.director.reports import write_reports
from game.director.second import compared
from game.errors import Refused
from game.lab.home import home

if TYPE_CHECKING:
    from game.core.debrief import Debrief
    from game.core.events import Recorded


@click.command()
@click.argument("run", required=False)
@click.option("--markdown", is_flag=True, help="Print the Markdown report instead.")
@click.option(
    "--against",
    metavar="RUN",
    help="Race this run, of anybody, instead of the own best: an id or an exported file.",
)
def debrief(run: str | None, markdown: bool, against: str | None) -> None:
    """Show the debrief of RUN (the latest, without it); writes Markdown and HTML beside the run's evidence."""
    chosen = run or latest_run()
    events = read_run(chosen)
    if not is_closed(events):
        raise Refused(f"run {chosen} is not over", hint="danceoff resolve, or exit its shell")
    name = chosen.removesuffix(".jsonl").rsplit("/", 1)[-1]
    view = write_reports(home().runs / name, name, _raced(events, name, chosen, against))
    if markdown:
        click.echo(view.markdown)
        return
    for line in view.terminal:
        click.echo(line)
    click.echo(f"\nreport: {view.html_path}")


def _raced(events: tuple[Recorded, ...], name: str, chosen: str, against: str | None) -> Debrief:
    """The debrief beside the ghost that was asked for, or the own best."""
    if against is None:
        # An exported journal is of another machine, perhaps.
        return told(events, rival_of(name) if name == chosen else (), compared(events))
    other = read_run(against)
    if not is_closed(other):
        raise Refused(f"run {against} is not over", hint="race one that is")
    called = against.removesuffix(".jsonl").rsplit("/", 1)[-1]
    return told(events, other, compared(events), called)
