"""`danceoff demo`: a scripted trainee lives through the incident before one's eyes, with the real commands."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import textwrap
import threading
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from game.cli.house import Ticket, house_lights, require_going_on
from game.cli.output import clock, print_markdown
from game.cli.runtime import runtime_option, settle
from game.cli.session import VARIABLE
from game.director.bests import DEMONSTRATION
from game.errors import PlatformError

if TYPE_CHECKING:
    from game.cli.house import Evening
    from game.core.exercise import TourStep
    from game.lab.runtime.choice import Wanted

PAGE_WITHIN_S = 60
RECOVERY_WITHIN_S = 60
COMMAND_WITHIN_S = 60
THINKING_S = 2.0
MOST_LINES = 24


@click.command()
@click.argument("code", default="macarena")
@click.option(
    "--seed", type=click.IntRange(0, 2**31 - 1), default=1, show_default=True, help="Which variant."
)
@runtime_option
def demo(code: str, seed: int, runtime: Wanted) -> int:
    """Watch a scripted trainee live through exercise CODE: what it looks at, what it concludes, what it does."""
    return demonstrate(Ticket(code=code, seed=seed, runtime=settle(runtime)))


def demonstrate(ticket: Ticket) -> int:
    """Play the exercise's tour with real commands against the real run; the debrief comes at the end."""
    with house_lights(replace(ticket, team=DEMONSTRATION)) as evening:
        click.echo()
        print_markdown(evening.performance.briefing.brief)
        click.echo("\nThe shift begins. Nothing is wrong yet.")
        if evening.performance.exercise.duel is None:
            _await_page(evening)
        else:
            _await_deal(evening)
        for step in evening.performance.tour:
            _take(evening, step)
    evening.print_debrief()
    return 0


def _take(evening: Evening, step: TourStep) -> None:
    at = clock(evening.performance.conductor.clock.now_ms())
    click.echo("\n" + click.style(f"[{at}] ", fg="cyan") + _wrapped(step.say, indent="       ").lstrip())
    _pause(THINKING_S)
    if step.run.startswith("resolve"):
        _await_recovery(evening)
    if step.run:
        _run(evening, evening.performance.fill_tour(step.run))


def _await_deal(evening: Evening) -> None:
    evening.performance.conductor.wait_for(lambda now: bool(now.state.dealt), PAGE_WITHIN_S)
    require_going_on(evening.performance)


def _await_page(evening: Evening) -> None:
    conductor = evening.performance.conductor
    conductor.wait_for(lambda now: now.state.page is not None or now.state.closed is not None, PAGE_WITHIN_S)
    require_going_on(evening.performance)
    page = conductor.glimpse().state.page
    if page is None:
        raise PlatformError("no page came in time", hint="danceoff verify shows which proof fails")
    head = click.style(f"\a[{clock(page.at_ms)}] PAGE {page.event.alert}: ", fg="magenta", bold=True)
    click.echo("\n" + head + page.event.text)


def _await_recovery(evening: Evening) -> None:
    """The tour declares the incident over only when the detector says so, as a careful trainee would."""
    conductor = evening.performance.conductor
    came = conductor.wait_for(
        lambda now: now.state.recovery is not None or now.state.closed is not None, RECOVERY_WITHIN_S
    )
    require_going_on(evening.performance)
    if not came:
        raise PlatformError("users did not recover in time", hint="danceoff verify shows which proof fails")


def _run(evening: Evening, line: str) -> None:
    """Run one command as a trainee in the LB repository would, and show what it prints."""
    command = line.removeprefix("sh:").strip() if line.startswith("sh:") else f"danceoff {line}"
    click.echo(click.style(f"       $ {command}", bold=True))
    environment = {
        **os.environ,
        VARIABLE: str(evening.session),
        "COLUMNS": "100",
        "GIT_PAGER": "cat",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
    }
    try:
        done = subprocess.run(
            shlex.split(command),
            cwd=evening.performance.root / "lb",
            env=environment,
            capture_output=True,
            text=True,
            timeout=COMMAND_WITHIN_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise PlatformError(
            f"the demonstration could not run `{command}`: {error}", hint="danceoff doctor"
        ) from error
    lines = (done.stdout + done.stderr).rstrip().splitlines()
    for printed in lines[:MOST_LINES]:
        click.echo(f"         {printed}")
    if len(lines) > MOST_LINES:
        click.echo(click.style(f"         ... {len(lines) - MOST_LINES} more lines", dim=True))
    if done.returncode > 1:
        raise PlatformError(f"`{command}` ended with {done.returncode}", hint="its words stand above")


def _pause(seconds: float) -> None:
    """Give a reader time; waits on an event that never comes, so that a signal ends it at once."""
    threading.Event().wait(seconds)


def _wrapped(text: str, indent: str = "  ") -> str:
    return "\n".join(
        textwrap.fill(part, 96, initial_indent=indent, subsequent_indent=indent) for part in text.split("\n")
    )
