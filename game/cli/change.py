"""Changing what serves: check, apply, revert, and starting or stopping services."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from game.cli.connection import connect
from game.cli.output import print_reply
from game.web.contract import ApplyBody, RevertBody, ServiceActionBody

if TYPE_CHECKING:
    from game.core.views import Reply


# Where reviews are demanded: apply at once without one, at a price, and owe it.
glass = click.option(
    "--break-glass",
    "emergency",
    default="",
    metavar="REASON",
    help="Do it without the approval that it needs.",
)


def settle(reply: Reply) -> int:
    print_reply(reply)
    return 0 if reply.accepted else 1


@click.command()
def check() -> int:
    """Check the working tree as `apply` would, and change nothing."""
    return settle(connect().ask("/api/lb/check"))


@click.command()
@click.option("-m", "--message", required=True, help="Why: it becomes the commit's message.")
@glass
def apply(message: str, emergency: str) -> int:
    """Commit the working tree, check it, and put it into service."""
    return settle(connect().ask("/api/lb/apply", ApplyBody(message=message, emergency=emergency)))


@click.command()
@click.argument("revision")
@click.option("-m", "--message", default="", help="Why; demanded where changes are recorded.")
@glass
def revert(revision: str, message: str, emergency: str) -> int:
    """Undo the change REVISION with a new commit, check it, and put it into service."""
    body = RevertBody(revision=revision, why=message, emergency=emergency)
    return settle(connect().ask("/api/lb/revert", body))


@click.command()
@click.argument("action", type=click.Choice(["start", "stop", "restart"]))
@click.argument("name")
def service(action: str, name: str) -> int:
    """Start, stop or restart the service NAME of the stack."""
    return settle(connect().ask(f"/api/services/{name}/actions", ServiceActionBody(action=action)))
