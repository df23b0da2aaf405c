"""Opening a run for a command: progress while it starts, the API it serves, an orderly end whatever happens."""

from __future__ import annotations

import secrets
import select
import sys
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from game.cli.output import clock
from game.cli.session import Session, write_session
from game.cli.signals import Interruption
from game.director.order import Order
from game.director.performance import Performance, open_performance
from game.errors import DanceoffError, PlatformError
from game.web.server import serve
from game.web.solo import TEAM, solo_app

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from game.core.events import Ending
    from game.lab.runtime.choice import RuntimeName
    from game.lab.runtime.protocol import Step
    from game.lab.webhook import Format
    from game.web.app import Web

STEADY_WITHIN_S = 60
READING_S = 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """What somebody wants to play: an exercise's code and a seed. `team` stands in the journal.

    `webhook`: where alerts go besides, in the form `webhook_format`. `order`, where it is given, says all of it.
    """

    code: str
    seed: int
    team: str = "solo"
    runtime: RuntimeName = "process"
    webhook: str = ""
    webhook_format: Format = "json"
    order: Order | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evening:
    """A run that is open: the performance, the session file by which other processes find it, and its page's address."""

    performance: Performance
    session: Path
    page: str

    def print_debrief(self) -> None:
        debrief = self.performance.debrief()
        for line in debrief.terminal:
            click.echo(line)
        if debrief.score is not None:
            click.echo(click.style(f"\n{debrief.score} of {debrief.achievable} points", bold=True))
        click.echo(f"report: {debrief.html_path}")
        click.echo(f"again:  danceoff debrief {debrief.run}   replay: danceoff replay {debrief.run}")
        click.echo(f"fork:   danceoff whatif {debrief.run} --at 1:00 --do revert:NUMBER")


@contextmanager
def house_lights(ticket: Ticket) -> Iterator[Evening]:
    """Open the run, wait for steady state, and close it in the end; a signal ends it as interrupted."""
    with Interruption().caught() as interruption:
        order = ticket.order or Order(
            code=ticket.code,
            seed=ticket.seed,
            team=ticket.team,
            runtime=ticket.runtime,
            webhook=ticket.webhook,
            webhook_format=ticket.webhook_format,
        )
        performance = open_performance(order, _print_step, interruption.shield)

        def close(how: Ending, reason: str) -> None:
            with interruption.shield():
                performance.close(how, reason)

        try:
            with _doors(performance, ticket) as (session, page, web):
                _wait_until_steady(performance)
                yield Evening(performance=performance, session=session, page=page)
                if performance.conductor.broken is not None:
                    raise performance.conductor.broken
                close("aborted", "the trainee left")
                _see_out(web, page)
        except KeyboardInterrupt as interrupt:
            close("interrupted", str(interrupt) or "interrupted")
            _say(f"evidence: {performance.root}   debrief: danceoff debrief {performance.run}")
            raise
        except DanceoffError as error:
            # What went wrong first is what one has to hear, even if closing fails for the same reason.
            with suppress(DanceoffError):
                close("void", error.what)
            raise
        finally:
            close("interrupted", "the game stopped")


@contextmanager
def _doors(performance: Performance, ticket: Ticket) -> Iterator[tuple[Path, str, Web]]:
    """Serve API and page as long as the block lasts; gives the session file by which commands find it, and the address.

    The key in the address becomes a cookie; it is not the token, so that neither gives away the other.
    """
    token, key = secrets.token_urlsafe(24), secrets.token_urlsafe(18)
    app = solo_app(performance, token, key)
    server = serve(app)
    page = f"{server.address}/join?code={key}"
    click.echo(f"  page:  {page}")
    performance.open_way(server.port)
    try:
        session = write_session(
            Session(
                run=performance.run,
                code=ticket.code,
                api=server.address,
                token=token,
                pid=performance.pid,
                root=str(performance.root),
            )
        )
        yield session, page, app
    finally:
        server.close()


def _see_out(app: Web, page: str) -> None:
    """The stack is down; whoever followed the run in a browser can read the debrief there until Enter is pressed here."""
    if not app.presence.here(TEAM) or not sys.stdin.isatty():
        return
    debrief = page.partition("/join")[0] + "/team/debrief"
    click.echo(f"\nthe debrief is in your browser: {debrief}\npress Enter here to leave it")
    select.select([sys.stdin], [], [], READING_S)


def _say(words: str) -> None:
    """For last words: the terminal may be gone by then."""
    with suppress(OSError):
        click.echo(words, err=True)


def require_going_on(performance: Performance) -> None:
    """Raise PlatformError when the run has ended by itself, with the reason."""
    closed = performance.conductor.glimpse().state.closed
    if closed is not None:
        raise PlatformError(
            f"the run is {closed.event.how}: {closed.event.reason}",
            hint=f"look into {performance.root}/logs, then: danceoff doctor",
        )


def _print_step(step: Step) -> None:
    click.echo(f"  {step.took_ms / 1000:5.1f} s  {step.what}")


def _wait_until_steady(performance: Performance) -> None:
    click.echo("         users arrive; proving steady state before anything is broken")
    performance.wait_until_steady(STEADY_WITHIN_S)
    require_going_on(performance)
    click.echo(
        f"         steady at {clock(performance.conductor.clock.now_ms())}: every kind of user is served"
    )
