"""`danceoff status`: clock, phase, success per kind of user, users in limbo, the open page."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING

import click
from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from game.cli.connection import Connection, connect
from game.cli.output import clock, json_option, print_json, sparkline
from game.core.views import DuelView, RunView, SignView
from game.errors import NoAnswer

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import RenderableType

WATCH_EVERY_S = 0.5


@click.command()
@click.option("--watch", is_flag=True, help="Stay and refresh; Ctrl-C leaves.")
@json_option
def status(watch: bool, as_json: bool) -> None:
    """Show clock, phase, success per cohort, users in limbo, open page."""
    connection = connect()
    view = connection.get("/api/run", RunView)
    if as_json:
        print_json(view)
    elif watch:
        _follow(connection)
    else:
        Console(highlight=False).print(picture(view))


def _follow(connection: Connection) -> None:
    """Watch somebody else's run to its end: closed in the picture, or gone between two looks."""
    with suppress(NoAnswer):
        watch_run(lambda: connection.get("/api/run", RunView))
    click.echo(f"the run is over: danceoff debrief {connection.session.run}")


def watch_run(look: Callable[[], RunView]) -> None:
    """Refresh the picture of what `look` gives until the run is over."""
    view = look()
    with Live(picture(view), refresh_per_second=4, screen=False) as live:
        while not view.closed:
            time.sleep(WATCH_EVERY_S)  # the polling step: the picture is drawn anew at each
            view = look()
            live.update(picture(view))


def picture(view: RunView) -> RenderableType:
    """The run at a glance, for a terminal of 80 columns."""
    parts: list[RenderableType] = [_headline(view)]
    if view.sign is not None and view.sign.lit:
        parts.append(_sign(view.sign))
    if view.page is not None:
        parts.append(_page(view))
    if view.duel is not None:
        parts.append(_duel(view.duel))
    parts.append(_cohorts(view))
    parts.append(_limbo(view))
    parts.extend(
        Text(f"{clock(message.at_ms)} {message.sender}: {message.text}") for message in view.messages
    )
    parts.extend(
        Text(f"hint {number}: {text}", style="yellow") for number, text in enumerate(view.hints_taken, 1)
    )
    return Group(*parts)


def _headline(view: RunView) -> Text:
    text = Text()
    text.append(f"{view.code} ", style="bold")
    text.append(f"{view.title}   ")
    text.append(f"clock {clock(view.clock_ms)}", style="bold")
    text.append(f"   phase {view.phase}   limit {clock(view.limit_ms)}")
    if view.paused:
        text.append("   clock stands still: the platform is at fault", style="yellow")
    return text


def _page(view: RunView) -> Text:
    page = view.page
    if page is None:
        return Text()
    state = "open" if page.open else "cleared"
    owner = "acknowledged" if page.acknowledged else "NOT ACKNOWLEDGED: danceoff ack"
    style = "bold magenta" if page.open and not page.acknowledged else "magenta" if page.open else "green"
    return Text(f"page {clock(page.at_ms)} [{state}, {owner}] {page.text}", style=style)


def _sign(sign: SignView) -> Text:
    text = Text(f" NEON SIGN since {clock(sign.since_ms)} ", style="bold reverse magenta")
    for finding in sign.findings:
        text.append(f"\n  {finding}", style="not reverse magenta")
    return text


def _duel(duel: DuelView) -> Text:
    where = f"review {duel.number} of {duel.of}"
    if not duel.change:
        return Text(f"{where}: decided", style="dim")
    words = f"{where}: {duel.change} by {duel.by} waits {clock(duel.left_ms)} for your word: {duel.why}"
    return Text(words, style="bold yellow")


def _cohorts(view: RunView) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for heading in ("users", "success", "last minute", "p95"):
        table.add_column(heading, justify="right" if heading in {"success", "p95"} else "left")
    for cohort in view.cohorts:
        known = [value for value in cohort.success[-10:] if value is not None]
        mean = sum(known) / len(known) if known else None
        style = (
            ""
            if mean is None
            else "green"
            if mean >= view.objective
            else "yellow"
            if mean >= 0.95
            else "magenta"
        )
        latency = f"{max(cohort.p95_ms[-10:], default=0)} ms"
        share = "-" if mean is None else f"{mean * 100:.1f} %"
        table.add_row(
            cohort.cohort, Text(share, style=style), Text(sparkline(cohort.success), style=style), latency
        )
    return table


def _limbo(view: RunView) -> Text:
    style = "green" if view.limbo == 0 else "magenta"
    text = Text(f"in limbo {view.limbo} of {view.users} users ", style=style)
    text.append(sparkline([float(value) for value in view.limbo_series], top=max(1, view.users)), style=style)
    text.append(f"   objective {view.objective * 100:g} %, p95 {view.objective_p95_ms} ms", style="dim")
    return text
