"""Journals: verify them, export them, score them again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from game.cli.output import json_option, print_json, print_table
from game.core.score import RULES
from game.core.score import score as score_events
from game.errors import UsageError
from game.journal import Journal, load_export, sqlite_url
from game.journal.store import UNREADABLE
from game.lab.home import home

if TYPE_CHECKING:
    from collections.abc import Iterator

    from game.core.events import Recorded
    from game.journal import RunSummary

json_lines = ".jsonl"


@click.group()
def journal() -> None:
    """Look into journals: the durable, chained record of every run."""


@journal.command("list")
@json_option
def list_runs(as_json: bool) -> None:
    """List the runs of this machine's journal, the newest first."""
    with open_journal() as book:
        runs = book.runs()
    if as_json:
        print_json(runs)
        return
    print_table(
        ("run", "exercise", "seed", "events", "ended"),
        [
            (
                run.run_id,
                run.opened.exercise if run.opened else "-",
                str(run.opened.seed) if run.opened else "-",
                str(run.head.seq),
                _ending(run),
            )
            for run in runs
        ],
    )


def _ending(run: RunSummary) -> str:
    if run.how == UNREADABLE:
        return f"unreadable; why: danceoff journal verify {run.run_id}"
    return run.how or "open, or cut off"


@journal.command()
@click.argument("run")
@click.option("--head", help="The digest that was seen elsewhere (on a board, in an export).")
def verify(run: str, head: str | None) -> None:
    """Follow the hash chain of RUN (an id, or an exported .jsonl file); name the first bad record."""
    if Path(run).suffix == json_lines:
        exported = load_export(_lines(Path(run)), head=head)
        click.echo(
            f"{exported.run_id}: {len(exported.records)} records, chain holds, head {exported.head.digest}"
        )
        return
    with open_journal() as book:
        found = book.verify(run, head=head)
    click.echo(f"{run}: {found.seq} records, chain holds, head {found.digest}")


@journal.command()
@click.argument("run")
def export(run: str) -> None:
    """Print RUN as JSON lines, complete in themselves."""
    with open_journal() as book:
        for line in book.export(run):
            click.echo(line)


@click.command()
@click.argument("run")
@click.option("--rules", type=int, help=f"Version of the rules; this danceoff knows {RULES}.")
@json_option
def score(run: str, rules: int | None, as_json: bool) -> None:
    """Score RUN (an id, or an exported .jsonl file) again, from its journal alone."""
    result = score_events(read_run(run), rules=rules)
    if as_json:
        print_json(result)
        return
    if result.why:
        click.echo(result.why)
    print_table(
        ("line", "points", "of", "evidence", "why"),
        [
            (line.reason, str(line.points), str(line.of), " ".join(map(str, line.evidence[:6])), line.text)
            for line in result.lines
        ],
    )
    click.echo(f"total {result.total} of {result.achievable}, rules {result.rules}")


def open_journal() -> Journal:
    place = home()
    if not place.journal.exists():
        raise UsageError(
            f"there is no journal at {place.journal} yet", hint="play something first: danceoff play"
        )
    return Journal.open(sqlite_url(place.journal))


def read_run(run: str) -> tuple[Recorded, ...]:
    """The facts of a run, verified: by id from the journal, or from an exported file."""
    if Path(run).suffix == json_lines:
        return load_export(_lines(Path(run))).records
    with open_journal() as book:
        book.verify(run)
        return book.read(run)


def latest_run() -> str:
    with open_journal() as book:
        runs = book.runs()
    if not runs:
        raise UsageError("the journal is empty", hint="play something first: danceoff play")
    return runs[0].run_id


def _lines(path: Path) -> Iterator[str]:
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            yield from (line.rstrip("\n") for line in file)
    except OSError as error:
        raise UsageError(
            f"cannot read {path}: {error.strerror}", hint="name a run's id, or an exported file"
        ) from error
