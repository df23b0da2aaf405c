"""`danceoff shell`: join a run from a second terminal."""

from __future__ import annotations

from pathlib import Path

import click

from game.cli.session import NAME, current_session
from game.cli.subshell import WELCOME, enter


@click.command()
def shell() -> None:
    """Open a shell that belongs to the run going on; leaving it does not end the run."""
    session = current_session()
    click.echo(
        WELCOME.replace("`exit` ends the run and shows score and debrief.", "`exit` leaves this shell only.")
    )
    enter(Path(session.root) / NAME)
