"""`danceoff shell`: join a run from a second terminal."""

from __future__ import annotations

import json
from pathlib import Path

import click

from game.cli.session import NAME, current_session
from game.cli.subshell import WELCOME, enter
from game.lab.register import ENGINE


@click.command()
def shell() -> int:
    """Open a shell that belongs to the run going on; leaving it does not end the run.

    Of a run in containers it is one in the team's ops container, among its servers.
    """
    session = current_session()
    if _has_ops(Path(session.root)):
        from game.cli.ops import enter_ops  # noqa: PLC0415 - only a run in containers pays for the engine's library

        return enter_ops(Path(session.root))
    click.echo(
        WELCOME.replace("`exit` ends the run and shows score and debrief.", "`exit` leaves this shell only.")
    )
    enter(Path(session.root) / NAME)
    return 0


def _has_ops(root: Path) -> bool:
    """Whether the run's containers are on this machine's engine, and not on some node of a cluster."""
    try:
        return not json.loads((root / ENGINE).read_text()).get("swarm", False)
    except OSError:
        return False
