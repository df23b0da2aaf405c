"""`danceoff logs`: what the servers wrote."""

from __future__ import annotations

import select
import sys

import click

from game.cli.connection import Connection, connect
from game.cli.output import print_table
from game.core.views import LogView, ServicesView

FOLLOW_EVERY_S = 0.5


@click.command()
@click.argument("service", required=False)
@click.option("-f", "--follow", is_flag=True, help="Go on printing what comes.")
@click.option(
    "-n", "--lines", default=40, show_default=True, type=click.IntRange(1, 5000), help="How many lines."
)
@click.option("--grep", default="", help="Only lines that contain this text.")
def logs(service: str | None, follow: bool, lines: int, grep: str) -> None:
    """Print the log of SERVICE; without it, list the services that have one."""
    connection = connect()
    if service is None:
        services = connection.get("/api/services", ServicesView).services
        print_table(
            ("service", "kind", "state"),
            [(row.service, row.kind, "running" if row.running else "STOPPED") for row in services],
        )
        click.echo("one of them: danceoff logs SERVICE [-f] [--grep TEXT]; `haproxy` is the traffic log")
        return
    view = connection.get(f"/api/services/{service}/log", LogView, lines=lines, grep=grep)
    _print(view)
    if follow:
        _follow(connection, service, grep, view.next)


def _follow(connection: Connection, service: str, grep: str, after: int) -> None:
    while True:
        # Wait half a second, or until standard input closes with the terminal.
        select.select([], [], [], FOLLOW_EVERY_S)
        view = connection.get(f"/api/services/{service}/log", LogView, lines=5000, grep=grep, after=after)
        _print(view)
        after = view.next
        sys.stdout.flush()


def _print(view: LogView) -> None:
    for line in view.lines:
        click.echo(line)
