"""`danceoff play`: the self-paced run, from an empty machine to the debrief."""

from __future__ import annotations

import secrets
import sys
from typing import TYPE_CHECKING

import click

from game.cli.demo import demonstrate
from game.cli.foreground import watch_in_foreground
from game.cli.house import Ticket, house_lights
from game.cli.runtime import runtime_option, settle
from game.cli.subshell import train_in_subshell
from game.lab.webhook import require_address

if TYPE_CHECKING:
    from game.lab.runtime.choice import Wanted
    from game.lab.webhook import Format


@click.command()
@click.argument("code", default="macarena")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), help="Which variant; without it one is drawn.")
@click.option(
    "--no-shell", is_flag=True, help="A live dashboard here; join from another terminal: danceoff shell."
)
@click.option(
    "--webhook", default="", metavar="URL", help="Post alerts of the neon sign to this address as well."
)
@click.option(
    "--webhook-format",
    type=click.Choice(["json", "slack"]),
    default="json",
    show_default=True,
    help="How it is told.",
)
@runtime_option
def play(
    *,
    code: str,
    seed: int | None,
    no_shell: bool,
    webhook: str,
    webhook_format: Format,
    runtime: Wanted,
) -> int:
    """Live through exercise CODE (default: macarena) as the one on call.

    Starts the stack and its users, proves that they are well, then hands you a shell in the load balancer's repository.
    Without a terminal it plays the demonstration instead.
    """
    chosen = secrets.randbelow(2**31) if seed is None else seed
    ticket = Ticket(
        code=code,
        seed=chosen,
        runtime=settle(runtime),
        webhook=webhook,
        webhook_format=webhook_format,
    )
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        click.echo("no terminal here: playing the demonstration (danceoff demo) instead")
        return demonstrate(ticket)
    if webhook:
        require_address(webhook)
    with house_lights(ticket) as evening:
        if no_shell:
            watch_in_foreground(evening)
        else:
            train_in_subshell(evening)
    evening.print_debrief()
    return 0
