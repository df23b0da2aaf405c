"""`danceoff play --no-shell`: the game in the foreground as a live dashboard, for a second terminal to work in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from game.cli.output import print_markdown
from game.cli.status import watch_run

if TYPE_CHECKING:
    from game.cli.house import Evening


def watch_in_foreground(evening: Evening) -> None:
    """Show the run until it is over; Ctrl-C ends it as interrupted."""
    performance = evening.performance
    click.echo(f"\nthe same in a browser: {evening.page}\njoin from another terminal: danceoff shell\n")
    print_markdown(performance.briefing.brief)
    watch_run(performance.view)
