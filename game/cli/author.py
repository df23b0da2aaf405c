"""For authors: a new exercise from nothing, and one from two versions of somebody's haproxy.cfg."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from game.catalog.draft import files_of, printable
from game.catalog.folder import MAX_FILE_BYTES
from game.catalog.importing.draft import draft_of, with_measured
from game.catalog.importing.outage import Edge, compare, read_configuration
from game.catalog.importing.timeline import read_timeline
from game.catalog.scaffold import place, require_code, scaffold
from game.catalog.stack import load_stack
from game.cli.output import print_table
from game.errors import UsageError
from game.lab.data import exercises_dir, is_packed, stacks_dir
from game.lab.lb.files import CERTIFICATES, CONFIGURATION, read_files

if TYPE_CHECKING:
    from game.catalog.importing.draft import Imported
    from game.catalog.importing.outage import Hunk, Outage
    from game.core.stack import Stack

INCOMPLETE = 1

_into = click.option(
    "--into",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The folder of exercises to write to, instead of the catalogue's.",
)


@click.command("new")
@click.argument("code")
@click.option("--title", default="", help="The symptom that a trainee meets, never the cause.")
@_into
def new(code: str, title: str, into: Path | None) -> int:
    """Make a new exercise CODE that loads and plays at once, for you to change piece by piece."""
    chosen = _folder(into)
    folder = scaffold(code, title, chosen, _stack())
    click.echo(f"{folder}: exercise.yaml, brief.md, debrief.md, patches/")
    _say_next(code, chosen)
    return 0


@click.command("import")
@click.argument("old", type=click.Path(path_type=Path), metavar="OLD.cfg")
@click.argument("new", type=click.Path(path_type=Path), metavar="NEW.cfg")
@click.option(
    "--timeline",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="What happened when, a line each: 18:42 customers report that they are logged out.",
)
@click.option("--code", default="freestyle", show_default=True, help="The new exercise's code: a dance.")
@_into
@click.option("--measure", is_flag=True, help="Play the draft on the stack, and fill in what users felt.")
def import_outage(
    old: Path, new: Path, timeline: Path | None, code: str, into: Path | None, measure: bool
) -> int:
    """Make a draft exercise of an outage: haproxy.cfg before it and with it, and its timeline.

    Prints what differs by meaning, what of it can be made in this stack, and what a person has to decide. Exit code 1: the
    draft is written, but it cannot be played, or was played and hurt nobody.
    """
    require_code(code)
    chosen = _folder(into)
    outage = compare(
        read_configuration(_text(old), _named(old)), read_configuration(_text(new), _named(new)), _edge()
    )
    moments = read_timeline(_text(timeline), _named(timeline)) if timeline else ()
    imported = draft_of(code, outage, moments)
    stack = _stack()
    folder, problems = place(code, files_of(imported.draft), chosen, stack)
    _print_hunks(outage)
    click.echo(f"\n{folder}: a draft, {'ready to be played' if not problems else 'not complete yet'}")
    for problem in problems:
        click.echo(f"  {problem}")
    bites = _measured(imported, chosen, stack) if measure and not problems else not problems
    click.echo("\nFor you to decide:")
    for number, decision in enumerate(imported.decisions, start=1):
        click.echo(f"  {number}. {decision}")
    if not problems:
        _say_next(code, chosen)
    return 0 if bites else INCOMPLETE


def _measured(imported: Imported, into: Path, stack: Stack) -> bool:
    """Play the draft and write what was measured into it; False if it hurt nobody."""
    from game.cli.measure import measure_draft  # noqa: PLC0415 - needs all of the engine, nothing else here does

    code = imported.draft.code
    click.echo("\nplaying it on the stack, which takes half a minute ...")
    measured = measure_draft(into / code, code)
    if measured.expected is None:
        click.echo(f"  it does not bite: {measured.words}")
        return False
    click.echo(f"  {measured.words}")
    place(code, files_of(with_measured(imported.draft, measured.expected)), into, stack, replace=True)
    return True


def _print_hunks(outage: Outage) -> None:
    print_table(
        ("line", "risk", "what differs, by meaning", "in this stack"),
        [(_where(hunk), hunk.risk.value, hunk.words, "made" if hunk.made else f"no: {hunk.misfit}") for hunk in outage.hunks],
    )  # fmt: skip
    click.echo(f"\nmechanism, as far as the words tell: {outage.mechanism}")


def _where(hunk: Hunk) -> str:
    return f"{hunk.old_line or '-'} -> {hunk.new_line or '-'}"


def _say_next(code: str, into: Path) -> None:
    own = "" if into == exercises_dir() else f"DANCEOFF_EXERCISES={into} "
    click.echo(f"next: {own}danceoff show {code}   then: {own}danceoff verify {code}")


def _folder(into: Path | None) -> Path:
    """Where to write: the folder named, else the catalogue, unless that is part of an installed program."""
    chosen = exercises_dir() if into is None else into.absolute()
    if into is None and is_packed(chosen):
        raise UsageError(
            "the catalogue is part of the installed program", hint="name a folder of your own with --into DIR"
        )
    return chosen


def _stack() -> Stack:
    return load_stack(stacks_dir() / "auth")


def _edge() -> Edge:
    """Our configuration. Certificates are made when a stack starts: those that it names are there then."""
    files = read_files(stacks_dir() / "auth" / "haproxy")
    text = files[CONFIGURATION]
    certificates = re.findall(rf"{CERTIFICATES}/[\w.-]+", text)
    return Edge(text=text, files=frozenset((*files, *certificates)) - {CONFIGURATION})


def _text(path: Path) -> str:
    """A file of somebody's, bounded; the error says which one and why."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_FILE_BYTES + 1)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise UsageError(
            f"{_named(path)}: cannot be read: {why}", hint="name a plain, readable file"
        ) from error
    if len(content) > MAX_FILE_BYTES:
        raise UsageError(
            f"{_named(path)}: more than {MAX_FILE_BYTES // 1024} kB", hint="is it the right file?"
        )
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise UsageError(
            f"{_named(path)}, line {line}: this is not UTF-8 text", hint="save the file as UTF-8"
        ) from error


def _named(path: Path) -> str:
    return printable(str(path))
