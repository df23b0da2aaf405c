"""`danceoff sign`: what the neon sign shows, how it is set, and setting it right."""

from __future__ import annotations

import click

from game.cli.connection import connect
from game.cli.output import clock, json_option, print_json, print_reply
from game.core.views import SignsView


@click.command()
@click.option("--mend", is_flag=True, help="Have it measure by what was approved again, and be heard.")
@json_option
def sign(mend: bool, as_json: bool) -> None:
    """Show the neon sign: what differs without a record, since when, by whom; and how it is set."""
    connection = connect()
    if mend:
        print_reply(connection.ask("/api/sign/mending"))
        return
    view = connection.get("/api/sign", SignsView)
    if as_json:
        print_json(view)
        return
    if view.sign is None:
        click.echo("there is no neon sign here; danceoff drift compares by hand")
        return
    if view.sign.lit:
        click.echo(click.style(f"LIT since {clock(view.sign.since_ms)}", fg="magenta", bold=True))
        for finding in view.sign.findings:
            click.echo(f"  {finding}")
    else:
        click.echo(click.style("dark", fg="cyan"))
    for setting in view.sign.settings:
        click.echo(click.style(f"  {setting}", dim=True))
