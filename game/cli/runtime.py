"""The option --runtime: what stacks are run with, and the line that says what was chosen and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import click

from game.errors import MissingProgram
from game.lab.ground import look_for_cluster, look_for_engine
from game.lab.runtime.choice import WANTED, choose

if TYPE_CHECKING:
    from collections.abc import Callable

    from game.lab.runtime.choice import EngineFound, RuntimeName, Wanted

VARIABLE = "DANCEOFF_RUNTIME"
Command = TypeVar("Command", bound="Callable[..., object]")


def runtime_option(command: Command) -> Command:
    """Give a command the option."""
    return click.option(
        "--runtime",
        type=click.Choice(WANTED),
        default="auto",
        show_default=True,
        envvar=VARIABLE,
        help="What stacks are run with: processes, containers, a cluster of machines, or what suits the number of teams.",
    )(command)


def settle(wanted: Wanted, *, teams: int = 1, quiet: bool = False) -> RuntimeName:
    """Choose, and say so; MissingProgram when containers are asked for and cannot be had."""
    engine: EngineFound | None = None
    match wanted:
        case "swarm":
            engine = look_for_cluster().engine
        case "docker":
            engine = look_for_engine()
        case "auto" if teams > 1:
            engine = look_for_engine()
    if wanted in {"docker", "swarm"} and engine is not None and engine.lacks:
        raise MissingProgram(engine.lacks, hint=engine.remedy)
    choice = choose(wanted, teams=teams, engine=engine)
    if not quiet:
        click.echo(f"runtime: {choice.runtime}: {choice.why}", err=True)
    return choice.runtime
