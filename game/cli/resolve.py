"""`danceoff resolve`: declare it over, with the record of the incident."""

from __future__ import annotations

import click

from game.cli.choose import choose_change, choose_word
from game.cli.connection import connect
from game.cli.output import print_reply
from game.core.views import TaxonomyView
from game.web.contract import ResolutionBody


@click.command()
@click.option("--change", help="What changed: any git revision, or `none`.")
@click.option("--unnoticed", help="Why nobody noticed, in a sentence.")
@click.option("--guard", help="What would prevent it next time (word of the taxonomy).")
def resolve(change: str | None, unnoticed: str | None, guard: str | None) -> None:
    """Declare the incident over: repaired, tested, validated. Too early costs points."""
    connection = connect()
    guards = connection.get("/api/taxonomy", TaxonomyView).guards
    change = change if change is not None else choose_change(connection)
    unnoticed = unnoticed or click.prompt("Why did nobody notice? (a sentence)", type=str)
    guard = guard or choose_word("Guard", guards)
    body = ResolutionBody(change="" if change == "none" else change, unnoticed=unnoticed or "", guard=guard)
    print_reply(connection.ask("/api/run/resolution", body))
