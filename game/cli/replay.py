"""`danceoff replay`: watch a run again, faster."""

from __future__ import annotations

import threading

import click

from game.cli.journal import latest_run, read_run
from game.core.replay import frames
from game.core.sealed import open_to_all


@click.command()
@click.argument("run", required=False)
@click.option(
    "--speed", type=click.FloatRange(0.1, 10_000), default=20.0, show_default=True, help="Times faster."
)
def replay(run: str | None, speed: float) -> None:
    """Replay RUN (the latest, without it) in the terminal; Ctrl-C leaves."""
    events = open_to_all(read_run(run or latest_run()))
    pause = threading.Event()
    shown_ms = 0
    for frame in frames(events, speed=speed):
        # Waits on an event that never comes: a signal ends it at once.
        pause.wait(max(0, frame.due_ms - shown_ms) / 1000)
        shown_ms = frame.due_ms
        click.echo(frame.line)
