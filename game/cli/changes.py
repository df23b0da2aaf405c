"""The change log, and what happens to a change before it is made: proposed, reviewed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from game.cli.change import settle
from game.cli.connection import connect
from game.cli.output import clock, json_option, print_json
from game.core.views import ChangesView
from game.web.contract import ProposalBody, ReviewBody

if TYPE_CHECKING:
    from collections.abc import Iterator

    from game.core.views import ChangeView

SIGNS = {"approve": "approves", "request-changes": "asks for changes", "comment": "says"}
MODES = {
    "open": "open: everybody changes what they like",
    "recorded": "recorded: every change needs a reason, and on call hears of it",
    "reviewed": "reviewed: a risky change needs somebody else's approval",
}


@click.command()
@click.option(
    "-n", "--lines", default=20, show_default=True, type=click.IntRange(1, 500), help="At most so many."
)
@json_option
def changes(lines: int, as_json: bool) -> None:
    """Show the change log: who, what by meaning, when, why, how risky, approved by whom."""
    view = connect().get("/api/changes", ChangesView)
    if as_json:
        print_json(view)
        return
    click.echo(f"change control is {MODES.get(view.mode, view.mode)}")
    if view.pending:
        risk = ", ".join(view.pending_risks) or "not risky"
        click.echo(click.style(f"\nnot applied yet ({risk}):", fg="yellow"))
        for line in view.pending:
            click.echo(f"    {line}")
    for change in view.changes[:lines]:
        click.echo()
        for line in told(change):
            click.echo(line)


@click.command()
@click.option("-m", "--message", required=True, help="Why: the reviewer reads it first.")
@click.option(
    "--revert", default="", metavar="REVISION", help="Propose to undo this change, instead of what is edited."
)
@click.option("--lb", "command", default="", metavar="COMMAND", help="Propose a runtime command.")
@click.option(
    "--afterwards",
    "change",
    default="",
    metavar="CHANGE",
    help="Ask for the review that a broken glass owes.",
)
def propose(message: str, revert: str, command: str, change: str) -> int:
    """Put what is edited up for review; it is applied with `apply`, `revert` or `lb` once it is approved."""
    body = ProposalBody(why=message, revert=revert, command=command, change=change)
    return settle(connect().ask("/api/changes", body))


@click.command()
@click.argument("change")
def preview(change: str) -> int:
    """Try CHANGE (c1, c2 ...) on a shadow of the load balancer: who is let in before, and who afterwards."""
    return settle(connect().ask(f"/api/changes/{change}/preview"))


@click.command()
@click.argument("change")
@click.option("--approve", "verdict", flag_value="approve", help="It may be applied.")
@click.option("--request-changes", "verdict", flag_value="request-changes", help="It may not, as it is.")
@click.option("--comment", "verdict", flag_value="comment", default=True, help="Say something about it.")
@click.argument("text", default="")
def review(change: str, verdict: str, text: str) -> int:
    """Review CHANGE (c1, c2 ...), which somebody else proposed; TEXT says why."""
    return settle(connect().ask(f"/api/changes/{change}/reviews", ReviewBody(verdict=verdict, text=text)))


def told(change: ChangeView) -> Iterator[str]:
    """A change as it is printed, with all that was said of it."""
    name = " ".join(
        part
        for part in (change.name, f"#{change.number}" if change.number else "", change.revision[:8])
        if part
    )
    risk = click.style(f"RISKY {', '.join(change.risks)}", fg="magenta") if change.risks else "not risky"
    here = click.style("  in service", fg="cyan") if change.in_service else ""
    yield f"{click.style(name, bold=True)}  {change.by}, {change.when}  {risk}{here}"
    yield f"    why: {change.why or 'nobody said'}"
    for line in change.what:
        yield f"    {line}"
    if change.emergency:
        owes = "; a review is owed" if change.owes_a_review else "; reviewed since"
        yield click.style(f"    the glass was broken: {change.emergency}{owes}", fg="magenta")
    elif change.stage in {"proposed", "approved", "changes-requested"}:
        yield click.style(f"    {change.stage.replace('-', ' ')}", fg="yellow")
        if not change.command:
            yield "    HAProxy accepts it"
    if change.approved_by:
        yield f"    approved by {', '.join(change.approved_by)}"
    for line in change.preview:
        yield f"    on a shadow: {line}"
    for review in change.reviews:
        void = "" if review.verdict == "comment" else "void: "
        later = f" ({void}the change was changed since)" if review.void else ""
        said = f": {review.text}" if review.text else ""
        yield f"    {clock(review.at_ms)} {review.by} {SIGNS.get(review.verdict, review.verdict)}{said}{later}"
