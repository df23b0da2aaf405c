"""`danceoff duel`: the proposed changes of a review duel, one after the other, each with what it takes to decide."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import click

from game.cli.changes import told
from game.cli.connection import connect
from game.cli.output import clock, print_reply
from game.core.views import ChangesView, RunView
from game.errors import DanceoffError, Refused
from game.web.contract import ReviewBody

if TYPE_CHECKING:
    from game.cli.connection import Connection
    from game.core.views import DuelView

EVERY_S = 0.5
# Between the start of a run and its first change; between two changes users have to get well again.
COMES_WITHIN_S = 120.0
LONGEST_CHANGE = 30
ASKED = "a: let it through   s: stop it   p: try it on a shadow   c: comment   q: leave"


@click.command()
def duel() -> None:
    """Answer the proposed changes of a review duel, one after the other; in the shell of a run."""
    connection = connect()
    answered = ""
    while (waiting := _next(connection, answered)) is not None:
        _show(connection, waiting)
        if not sys.stdin.isatty():
            click.echo('danceoff review CHANGE --approve, or --request-changes "WHY"')
            return
        if not _answer(connection, waiting):
            return
        answered = waiting.change
    click.echo("every change was decided; exit the shell for score and debrief")


def _next(connection: Connection, answered: str) -> DuelView | None:
    """Wait for the next change that needs a word; None when the duel is over."""
    until = time.monotonic() + COMES_WITHIN_S
    while time.monotonic() < until:
        run = connection.get("/api/run", RunView)
        if run.closed:
            return None
        if run.duel is not None and run.duel.change not in {"", answered}:
            return run.duel
        time.sleep(EVERY_S)  # the polling step: a colleague's next proposal cannot wake a command
    raise Refused("nobody proposes anything here", hint="danceoff list says which exercises are duels")


def _show(connection: Connection, waiting: DuelView) -> None:
    title = f" {waiting.number} of {waiting.of} "
    click.echo(click.style(title, reverse=True) + f" {waiting.by} waits {clock(waiting.left_ms)}")
    log = connection.get("/api/changes", ChangesView)
    for change in log.changes[:LONGEST_CHANGE]:
        if change.name == waiting.change:
            for line in told(change):
                click.echo(line)


def _answer(connection: Connection, waiting: DuelView) -> bool:
    """Ask until the change is decided; False if somebody wants to leave."""
    click.echo(ASKED)
    while True:
        match click.prompt("your word", type=click.Choice(list("aspcq")), show_choices=False):
            case "q":
                return False
            case "p":
                _said(connection, f"/api/changes/{waiting.change}/preview", None)
            case "a":
                return _said(connection, _reviews(waiting), ReviewBody(verdict="approve"))
            case word:
                verdict = "request-changes" if word == "s" else "comment"
                body = ReviewBody(verdict=verdict, text=click.prompt("why"))
                if _said(connection, _reviews(waiting), body) and word == "s":
                    return True


def _reviews(waiting: DuelView) -> str:
    return f"/api/changes/{waiting.change}/reviews"


def _said(connection: Connection, path: str, body: ReviewBody | None) -> bool:
    """Ask, and print the answer or why there is none: the next change comes either way."""
    try:
        print_reply(connection.ask(path, body))
    except DanceoffError as error:
        click.echo(f"{error.what}: {error.hint}")
    return True
