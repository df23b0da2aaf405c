"""`danceoff debrief`: score and post-mortem of a run that is over."""

from __future__ import annotations

import click

from game.cli.journal import latest_run, read_run
from game.core.sealed import is_closed
from game.director.bests import rival_of
from game.director.reports import write_reports
from game.director.second import compared
from game.errors import Refused
from game.lab.home import home


@click.command()
@click.argument("run", required=False)
@click.option("--markdown", is_flag=True, help="Print the Markdown report instead.")
def debrief(run: str | None, markdown: bool) -> None:
    """Show the debrief of RUN (the latest, without it); writes Markdown and HTML beside the run's evidence."""
    chosen = run or latest_run()
    events = read_run(chosen)
    if not is_closed(events):
        raise Refused(f"run {chosen} is not over", hint="danceoff resolve, or exit its shell")
    name = chosen.removesuffix(".jsonl").rsplit("/", 1)[-1]
    # An exported journal is of another machine, perhaps.
    rival = rival_of(name) if name == chosen else ()
    view = write_reports(home().runs / name, name, events, rival, compared(events))
    if markdown:
        click.echo(view.markdown)
        return
    for line in view.terminal:
        click.echo(line)
    click.echo(f"\nreport: {view.html_path}")
