"""Answering a page: acknowledge, hints, escalation, notes."""

from __future__ import annotations

import click

from game.cli.connection import connect
from game.cli.output import print_reply
from game.core.views import RunView
from game.errors import Refused
from game.web.contract import HandoffBody, HandOverBody, NoteBody


@click.command()
def ack() -> None:
    """Acknowledge the page: you have it."""
    print_reply(connect().ask("/api/run/acknowledgement"))


@click.command()
@click.option("--yes", is_flag=True, help="Do not ask before paying.")
def hint(yes: bool) -> None:
    """Buy the next hint; its price is shown first."""
    connection = connect()
    view = connection.get("/api/run", RunView)
    if view.next_hint_cost is None:
        raise Refused("there are no more hints", hint="`danceoff escalate` is free")
    if not yes:
        click.confirm(f"The next hint costs {view.next_hint_cost} points. Take it?", abort=True)
    print_reply(connection.ask("/api/run/hints"))


@click.command()
@click.option(
    "--to", "layer", help="Hand it to the owners of this layer: postgres, redis, auth-service, network ..."
)
def escalate(layer: str | None) -> None:
    """Call infrastructure on call, or hand over to the owners of a layer."""
    if layer is None:
        print_reply(connect().ask("/api/run/escalation"))
    else:
        print_reply(connect().ask("/api/run/handovers", HandOverBody(layer=layer)))


@click.command()
@click.argument("text", nargs=-1, required=True)
def note(text: tuple[str, ...]) -> None:
    """Write TEXT into the incident's notes."""
    print_reply(connect().ask("/api/run/notes", NoteBody(text=" ".join(text))))


@click.command()
@click.argument("note", nargs=-1, required=True)
def handoff(note: tuple[str, ...]) -> None:
    """Leave your shift with a NOTE of at most 120 words; whoever comes next starts from it."""
    print_reply(connect().ask("/api/run/handoff", HandoffBody(note=" ".join(note))))
