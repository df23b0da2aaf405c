"""`danceoff`: the root of all commands, and the one place where the terminal words errors."""

from __future__ import annotations

import errno
import importlib
import os
import signal
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

import click

from game.cli.commands import COMMANDS, SECTIONS
from game.errors import DanceoffError, PlatformError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

HELP = """
Live through a load-balancer incident on a real stack, and have the rollback graded.

\b
danceoff play        the incident, with you as the one on call
danceoff demo        the same, with a scripted trainee to watch
"""
INTERRUPTED = 130
STDOUT = 1
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

    def invoke(self, ctx: click.Context) -> object:
        """Run the command. What click has an answer of its own to ends it here already."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            _say("interrupted")
            raise click.exceptions.Exit(INTERRUPTED) from None
        except BrokenPipeError:
            # The reader went away (`danceoff logs | head`): end quietly, as other Unix tools do.
            os.dup2(os.open(os.devnull, os.O_WRONLY), STDOUT)
            raise click.exceptions.Exit(128 + signal.SIGPIPE) from None

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
    code = run(arguments)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            # The terminal or the reader is gone, or the disk is full: Python would try again and complain.
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    if any(not thread.daemon for thread in threading.enumerate() if thread is not threading.main_thread()):
        # Steps of a start that was given up may still wait for servers that are gone: nobody needs them any more.
        os._exit(code)
    sys.exit(code)


def run(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns its exit code. Every error is worded here."""
    try:
        result = cli.main(args=arguments, prog_name="danceoff", standalone_mode=False, color=_color())
    except (click.exceptions.Abort, KeyboardInterrupt):
        _say("interrupted")
        return INTERRUPTED
    except click.ClickException as error:
        error.show()
        return UsageError.exit_code
    except DanceoffError as error:
        word(error)
        return error.exit_code
    except OSError as error:
        word(PlatformError(f"the machine does not let us go on: {error}", hint=_remedy(error)))
        return PlatformError.exit_code
    return result if isinstance(result, int) else 0


def word(error: DanceoffError) -> None:
    """Say what went wrong and what to do next, in at most a few lines on standard error."""
    _say(click.style("danceoff: ", bold=True) + error.what)
    if error.hint:
        _say(f"  next: {error.hint}")


def _say(words: str) -> None:
    """For last words: the terminal may be gone by then."""
    with suppress(OSError):
        click.echo(words, err=True, color=_color())


def _color() -> bool | None:
    """Never with NO_COLOR, else where a terminal is."""
    return False if os.environ.get("NO_COLOR") else None


def _remedy(error: OSError) -> str:
    if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        return "make room on the disk, or set DANCEOFF_HOME to a folder on another one"
    return "danceoff doctor looks for what may be wrong"


if __name__ == "__main__":
    main()
