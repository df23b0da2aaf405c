"""One exercise as a trainee may see it, and the schema for authors."""

from __future__ import annotations

import json
from pathlib import Path

import click

from game.catalog.event_file import event_schema
from game.catalog.load import load_exercise
from game.catalog.schema import exercise_schema
from game.catalog.stack import load_stack
from game.cli.output import json_option, print_json, print_markdown
from game.errors import UsageError
from game.lab.data import exercises_dir, stacks_dir


@click.command()
@click.argument("code")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=0, help="Which variant.")
@json_option
def show(code: str, seed: int, as_json: bool) -> None:
    """Show what a trainee may know of exercise CODE before it begins."""
    briefing = load_exercise(folder_of(code), load_stack(stacks_dir() / "auth"), seed).exercise.briefing
    if as_json:
        print_json(briefing)
        return
    click.echo(click.style(f"{briefing.code}: {briefing.title}", bold=True))
    click.echo(f"level {briefing.level}, {briefing.minutes} minutes, stack {briefing.stack}")
    par = briefing.par
    click.echo(
        f"par after the page: acknowledge {par.acknowledge_s} s, diagnose {par.diagnose_s} s, recover {par.recover_s} s"
    )
    click.echo(f"hints: {', '.join(str(cost) for cost in briefing.hint_costs)} points\n")
    print_markdown(briefing.brief)


@click.command()
@click.argument("what", type=click.Choice(("exercise", "event")), default="exercise")
def schema(what: str) -> None:
    """Print the JSON Schema of exercise.yaml or of an event's file, for editors."""
    click.echo(json.dumps(event_schema() if what == "event" else exercise_schema(), indent=2))


def folder_of(code: str) -> Path:
    """The folder of an exercise; an unknown code names the known ones."""
    folder = exercises_dir() / code
    if not code or Path(code).name != code or not (folder / "exercise.yaml").is_file():
        known = sorted(path.parent.name for path in exercises_dir().glob("*/exercise.yaml"))
        raise UsageError(f"there is no exercise {code!r}", hint=f"one of: {', '.join(known)}")
    return folder
