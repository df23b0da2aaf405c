"""`danceoff`: the root of all commands, and the one place where the terminal words errors."""

from __future__ import annotations

import importlib
import os
import signal
import sys
from typing import TYPE_CHECKING

import click

from game.errors import DanceoffError

if TYPE_CHECKING:
    from collections.abc import Sequence

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

SECTIONS: dict[str, dict[str, str]] = {
    "Train": {
        "play": "game.cli.play:play",
        "demo": "game.cli.demo:demo",
        "shell": "game.cli.shell:shell",
        "list": "game.cli.catalogue:list_exercises",
        "show": "game.cli.catalogue:show",
    },
    "Look": {
        "status": "game.cli.status:status",
        "logs": "game.cli.logs:logs",
        "lb": "game.cli.look:lb",
        "metrics": "game.cli.look:metrics",
        "request": "game.cli.look:request",
        "drift": "game.cli.look:drift",
        "psql": "game.cli.clients:psql",
        "redis": "game.cli.clients:redis",
    },
    "Respond": {
        "ack": "game.cli.respond:ack",
        "diagnose": "game.cli.diagnose:diagnose",
        "hint": "game.cli.respond:hint",
        "escalate": "game.cli.respond:escalate",
        "note": "game.cli.respond:note",
        "resolve": "game.cli.resolve:resolve",
    },
    "Change": {
        "check": "game.cli.change:check",
        "apply": "game.cli.change:apply",
        "revert": "game.cli.change:revert",
        "service": "game.cli.change:service",
    },
    "Learn": {
        "debrief": "game.cli.debrief:debrief",
        "replay": "game.cli.replay:replay",
        "score": "game.cli.journal:score",
        "journal": "game.cli.journal:journal",
    },
    "Author and operate": {
        "verify": "game.cli.verify:verify",
        "schema": "game.cli.catalogue:schema",
        "doctor": "game.cli.doctor:doctor",
        "clean": "game.cli.clean:clean",
    },
}
COMMANDS = {name: target for section in SECTIONS.values() for name, target in section.items()}


class Commands(click.Group):
    """Loads a command's module when it is needed, so that every command starts fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        target = COMMANDS.get(cmd_name)
        if target is None:
            return None
        module, _, name = target.partition(":")
        command = getattr(importlib.import_module(module), name)
        return command if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for section, commands in SECTIONS.items():
            rows = [
                (name, command.get_short_help_str(70))
                for name in commands
                if (command := self.get_command(ctx, name)) is not None
            ]
            with formatter.section(section):
                formatter.write_dl(rows)


@click.group(cls=Commands, epilog=EXIT_CODES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="danceoff", prog_name="danceoff")
def cli() -> None:
    r"""Live through a load-balancer incident on a real stack, and have the rollback graded.

    \b
    danceoff play        the incident, with you as the one on call
    danceoff demo        the same, with a scripted trainee to watch
    """


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
