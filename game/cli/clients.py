"""`danceoff psql` and `danceoff redis`: the real clients on the real servers."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import click

from game.cli.connection import connect
from game.core.views import ClientView
from game.errors import MissingProgram

pass_on = {"ignore_unknown_options": True}


@click.command(context_settings=pass_on)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def psql(arguments: tuple[str, ...]) -> int:
    """Open psql on the stack's PostgreSQL; ARGUMENTS are psql's own."""
    return _run("postgres", arguments)


@click.command(context_settings=pass_on)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def redis(arguments: tuple[str, ...]) -> int:
    """Open redis-cli on the stack's Redis; ARGUMENTS are redis-cli's own."""
    return _run("redis", arguments)


def _run(service: str, arguments: tuple[str, ...]) -> int:
    client = connect().get(f"/api/clients/{service}", ClientView)
    program, *fixed = client.command
    # The game's own client is not there for whoever sits in a container: theirs is on PATH.
    here = program if Path(program).is_file() else Path(program).name
    try:
        # The client owns the terminal until it ends, so no timeout: the person at it decides.
        return subprocess.run(
            [here, *fixed, *arguments], env={**os.environ, **dict(client.environment)}, check=False
        ).returncode
    except OSError as error:
        raise MissingProgram(
            f"{here} does not start: {error.strerror}",
            hint="danceoff doctor; containers: danceoff shell has it",
        ) from error
