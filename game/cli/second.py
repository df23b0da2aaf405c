"""`danceoff round-two`: spend a budget on follow-ups, and meet the same class of fault again."""

from __future__ import annotations

import sys

import click

from game.cli.foreground import watch_in_foreground
from game.cli.house import Ticket, house_lights
from game.cli.journal import latest_run, read_run
from game.cli.output import print_table
from game.cli.subshell import train_in_subshell
from game.core.second.shop import BUDGET, OFFERS
from game.director.second import second_round


@click.command("round-two")
@click.argument("run", required=False)
@click.option(
    "--buy",
    "wanted",
    multiple=True,
    metavar="FOLLOW-UP",
    help="Buy this follow-up; may be said several times.",
)
@click.option(
    "--no-shell", is_flag=True, help="A live dashboard here; join from another terminal: danceoff shell."
)
def round_two(run: str | None, wanted: tuple[str, ...], no_shell: bool) -> int:
    """Play RUN (the latest, without it) once more: another seed, and the follow-ups that a budget of 5 buys.

    Without --buy it shows what there is to buy, and asks.
    """
    chosen = run or latest_run()
    events = read_run(chosen)
    second_round(chosen, events, wanted)
    if not wanted:
        _show_shop()
        if not sys.stdin.isatty():
            return 0
        wanted = tuple(click.prompt("buy (words, parted by blanks)", default="neon-sign peer-review").split())
    order = second_round(chosen, events, wanted)
    ticket = Ticket(code=order.code, seed=order.seed, order=order)
    with house_lights(ticket) as evening:
        if no_shell or not sys.stdin.isatty():
            watch_in_foreground(evening)
        else:
            train_in_subshell(evening)
    evening.print_debrief()
    return 0


def _show_shop() -> None:
    click.echo(f"there are {BUDGET} to spend:")
    print_table(("follow-up", "cost", "what it does"), [(one.id, str(one.cost), one.does) for one in OFFERS])
