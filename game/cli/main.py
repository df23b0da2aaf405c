"""`danceoff`: the root of all commands, and the one place where the terminal words errors."""

from __future__ import annotations

import importlib
import os
import signal
import sys
from typing import TYPE_CHECKING

import click

from game.cli.commands import COMMANDS, SECTIONS
from game.errors import DanceoffError

if TYPE_CHECKING:
    from collections.abc import Sequence

HELP = """
Live through a load-balancer incident on a real stack, and have the rollback graded.

\b
danceoff play        the incident, with you as the one on call
danceoff demo        the same, with a scripted trainee to watch
"""
EXIT_CODES = """
\b
Exit codes:
  0    it went well
  1    a check did not hold (verify, doctor) or something is missing
  2    what was asked for cannot be done: arguments, an exercise's file, the wrong moment
  3    the machine or a server failed; what was recorded is kept
  4    a journal does not verify
  130  interrupted
"""


class Commands(click.Group):
    """Loads a command's module when it is needed, so that every command starts fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        row = COMMANDS.get(cmd_name)
        if row is None:
            return None
        module, _, name = row.target.partition(":")
        command = getattr(importlib.import_module(module), name)
        return command if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        del ctx
        for section, commands in SECTIONS.items():
            with formatter.section(section):
                formatter.write_dl([(name, row.help) for name, row in commands.items()])


@click.group(
    cls=Commands,
    help=HELP,
    epilog=EXIT_CODES,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(package_name="danceoff", prog_name="danceoff")
def cli() -> None:
    """Hold the commands; what it is for says HELP."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command and leave with its exit code; no traceback for anything foreseen."""
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    try:
        result = cli.main(args=arguments, prog_name="danceoff", standalone_mode=False)
    except click.exceptions.Abort:
        click.echo("interrupted", err=True)
        return 130
    except click.ClickException as error:
        error.show()
        return 2
    except DanceoffError as error:
        word(error)
        return error.exit_code
    except KeyboardInterrupt:
        click.echo("interrupted", err=True)
        return 130
    except BrokenPipeError:
        # The reader went away (`danceoff logs | head`): end quietly, as other Unix tools do.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + signal.SIGPIPE
    return result if isinstance(result, int) else 0


def word(error: DanceoffError) -> None:
    """Say what went wrong and what to do next, in at most a few lines on standard error."""
    click.echo(click.style("danceoff: ", bold=True) + error.what, err=True)
    if error.hint:
        click.echo(f"  next: {error.hint}", err=True)


if __name__ == "__main__":
    main()
