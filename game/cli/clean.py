"""`danceoff clean`: remove what dead runs left; with --all everything the project ever wrote outside its folder."""

from __future__ import annotations

import shutil
import sys

import click

from game.errors import Refused
from game.lab.home import home
from game.lab.reaper import sweep
from game.lab.register import read_owner


@click.command()
@click.option("--all", "everything", is_flag=True, help="Also journals, evidence of all runs, and the cache.")
@click.option("--yes", is_flag=True, help="Do not ask before --all removes journals.")
def clean(everything: bool, yes: bool) -> None:
    """Remove what dead runs left behind: processes, ports, data. Evidence and journals stay unless --all."""
    place = home()
    removed = sweep(place)
    ended = sum(len(removal.ended) for removal in removed)
    click.echo(f"swept {len(removed)} dead runs, ended {ended} processes")
    if not everything:
        return
    alive = [
        root.name
        for root in place.runs.glob("*")
        if (owner := read_owner(root)) is not None and owner.lives()
    ]
    if alive:
        raise Refused(f"still going on: {', '.join(alive)}", hint="end it there first (exit, or Ctrl-C)")
    if not place.path.exists():
        return
    if not yes and sys.stdin.isatty():
        click.confirm(f"Remove {place.path} with all journals and evidence?", abort=True)
    shutil.rmtree(place.path)
    click.echo(f"removed {place.path}")
