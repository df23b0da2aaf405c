"""Opening a run for a command: progress while it starts, the API it serves, an orderly end whatever happens."""

from __future__ import annotations

import secrets
import signal
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from game.cli.output import clock
from game.cli.session import Session, write_session
from game.director.opening import Order
from game.director.performance import Performance, open_performance
from game.errors import PlatformError
from game.web.app import create_app
from game.web.server import serve

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import FrameType

    from game.lab.runtime.protocol import Step

STEADY_WITHIN_S = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """What somebody wants to play: an exercise's code and a seed."""

    code: str
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Evening:
    """A run that is open: the performance, and the session file by which other processes find it."""

    performance: Performance
    session: Path

    def print_debrief(self) -> None:
        debrief = self.performance.debrief()
        for line in debrief.terminal:
            click.echo(line)
        click.echo(f"\nreport: {debrief.html_path}")
        click.echo(f"again:  danceoff debrief {debrief.run}   replay: danceoff replay {debrief.run}")


class Interrupted(KeyboardInterrupt):
    """SIGTERM or SIGHUP: ends the run as Ctrl-C does."""


@contextmanager
def house_lights(ticket: Ticket) -> Iterator[Evening]:
    """Open the run, wait for steady state, and close it in the end; a signal ends it as interrupted."""
    with _signals_as_exceptions():
        performance = open_performance(Order(code=ticket.code, seed=ticket.seed), _print_step)
        token = secrets.token_urlsafe(24)
        server = serve(create_app(performance, token))
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
            _wait_until_steady(performance)
            yield Evening(performance=performance, session=session)
            performance.close("aborted", "the trainee left")
        except KeyboardInterrupt:
            click.echo("\ninterrupted: ending the run, keeping its evidence", err=True)
            performance.close("interrupted", "interrupted by a signal")
            raise
        finally:
            performance.close("interrupted", "the game stopped")
            server.close()


def _print_step(step: Step) -> None:
    click.echo(f"  {step.took_ms / 1000:5.1f} s  {step.what}")


def _wait_until_steady(performance: Performance) -> None:
    click.echo("         users arrive; proving steady state before anything is broken")
    performance.wait_until_steady(STEADY_WITHIN_S)
    closed = performance.conductor.glimpse().state.closed
    if closed is not None:
        raise PlatformError(
            f"the run is void: {closed.event.reason}",
            hint=f"look into {performance.root}/logs, then: danceoff doctor",
        )
    click.echo(
        f"         steady at {clock(performance.conductor.clock.now_ms())}: every kind of user is served"
    )


@contextmanager
def _signals_as_exceptions() -> Iterator[None]:
    """Let SIGTERM and SIGHUP unwind the stack like Ctrl-C; only the main thread can."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(number: int, frame: FrameType | None) -> None:
        del frame
        raise Interrupted(signal.Signals(number).name)

    former = {number: signal.signal(number, interrupt) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
