"""Instruments: the load balancer's runtime API, metrics, one verified request, drift."""

from __future__ import annotations

import click

from game.cli.change import glass
from game.cli.connection import connect
from game.cli.output import print_reply, print_table
from game.cli.statistics import is_statistics, statistics_table
from game.core.views import LinesView
from game.web.contract import ConsoleBody, RequestBody


@click.command(context_settings={"ignore_unknown_options": True})
@click.option("--raw", is_flag=True, help="Print HAProxy's answer as it came.")
@click.option("-m", "--message", default="", help="Why; demanded of changes where they are recorded.")
@glass
@click.argument("words", nargs=-1, required=True)
def lb(words: tuple[str, ...], raw: bool, message: str, emergency: str) -> int:
    """Send one command to HAProxy's runtime API, for instance: lb show stat."""
    body = ConsoleBody(line=" ".join(words), why=message, emergency=emergency)
    reply = connect().ask("/api/lb/console", body)
    if is_statistics(reply.lines) and not raw:
        print_table(*statistics_table(reply.lines))
        return 0
    if reply.words:
        click.echo(reply.words)
    for line in reply.lines:
        click.echo(line)
    return 0 if reply.accepted else 1


@click.command()
@click.argument("query", default="")
def metrics(query: str) -> None:
    """Print metrics whose name or labels contain QUERY; PromQL where Prometheus runs."""
    lines = connect().get("/api/metrics", LinesView, query=query).lines
    for line in lines:
        click.echo(line)
    if not lines:
        click.echo(f"no metric has {query!r} in its name or labels; without a word all are printed", err=True)


@click.command()
@click.option("--cohort", default="web", show_default=True, help="Which kind of user to be.")
def request(cohort: str) -> int:
    """Log in once as a user of COHORT, step by step, with headers."""
    reply = connect().ask("/api/requests", RequestBody(cohort=cohort))
    for line in reply.lines:
        click.echo(line)
    click.echo(reply.words)
    return 0 if reply.accepted else 1


@click.command()
def drift() -> None:
    """Compare what was approved, what is on disk, and what runs."""
    print_reply(connect().ask("/api/lb/drift"))
