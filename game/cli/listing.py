"""`danceoff list`: the catalogue as a course: level, minutes, path, own best, what is missing, and what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import click

from game.catalog.load import load_catalogue
from game.catalog.paths import load_paths
from game.cli.output import json_option, print_json, print_table
from game.director.bests import own_bests
from game.errors import Problem, UsageError
from game.lab.binaries import find_programs
from game.lab.data import exercises_dir, stacks_dir

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from game.catalog.load import Entry
    from game.catalog.paths import LearningPath, LearningPaths
    from game.director.bests import Best


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One exercise of the list. `best` is None until a run of it counted; `missing` names programs it cannot do without."""

    code: str
    title: str
    level: int
    minutes: int
    stack: str
    concepts: tuple[str, ...]
    paths: tuple[str, ...]
    requires: tuple[str, ...]
    best: int | None
    achievable: int | None
    runs: int
    state: Literal["playable", "missing", "problems"]
    missing: tuple[str, ...]
    problems: tuple[Problem, ...]


@click.command("list")
@click.option(
    "--path", "path", metavar="NAME", help="Only the exercises of this learning path, in its order."
)
@json_option
def list_exercises(path: str | None, as_json: bool) -> int:
    """List the exercises: level, minutes, learning path, own best, what each needs or lacks, and what to play next."""
    paths = load_paths(exercises_dir())
    chosen = _chosen(paths, path)
    rows = _rows(paths)
    if chosen is not None:
        by_code = {row.code: row for row in rows}
        rows = [by_code[code] for code in chosen.codes if code in by_code]
    if as_json:
        print_json(rows)
        return 0
    if chosen is not None:
        click.echo(click.style(f"{chosen.name}: {chosen.title}", bold=True) + f"\n{chosen.learn}\n")
    _print(rows)
    if any(row.state == "problems" for row in rows):
        click.echo("\ndanceoff show CODE names the problems of one")
    if any(row.state == "missing" for row in rows):
        click.echo("\ndanceoff doctor says how to get what is missing")
    _print_next(rows, chosen, paths)
    for problem in paths.problems:
        click.echo(f"{problem}", err=True)
    return 0


def _chosen(paths: LearningPaths, name: str | None) -> LearningPath | None:
    if name is None:
        return None
    found = paths.named(name)
    if found is None:
        known = ", ".join(path.name for path in paths.paths) or "there are none here"
        raise UsageError(f"there is no learning path {name!r}", hint=f"one of: {known}")
    return found


def _rows(paths: LearningPaths) -> list[Listed]:
    missing = tuple(lack.name for lack in find_programs().missing if not lack.optional)
    bests = own_bests()
    return [_row(entry, paths, bests, missing) for entry in load_catalogue(exercises_dir(), stacks_dir())]


def _row(entry: Entry, paths: LearningPaths, bests: Mapping[str, Best], missing: tuple[str, ...]) -> Listed:
    best = bests.get(entry.code)
    return Listed(
        code=entry.code,
        title=entry.title,
        level=entry.level,
        minutes=entry.minutes,
        stack=entry.stack,
        concepts=entry.concepts,
        paths=paths.of(entry.code),
        requires=entry.requires,
        best=best.total if best else None,
        achievable=best.achievable if best else None,
        runs=best.runs if best else 0,
        state="problems" if entry.problems else "missing" if missing else "playable",
        missing=missing,
        problems=entry.problems,
    )


def _print(rows: Sequence[Listed]) -> None:
    print_table(
        ("code", "level", "min", "best", "path", "requires", "state", "title"),
        [
            (
                row.code,
                str(row.level or "-"),
                str(row.minutes or "-"),
                "-" if row.best is None else f"{row.best}/{row.achievable}",
                ", ".join(row.paths) or "-",
                ", ".join(row.requires) or "-",
                _state(row),
                row.title,
            )
            for row in rows
        ],
    )


def _state(row: Listed) -> str:
    match row.state:
        case "problems":
            return f"{len(row.problems)} problems"
        case "missing":
            return f"needs {', '.join(row.missing)}"
        case "playable":
            return "playable"


def _print_next(rows: Sequence[Listed], chosen: LearningPath | None, paths: LearningPaths) -> None:
    """Suggest the first exercise without a counted run: of the chosen path, else of the first path that has one."""
    by_code = {row.code: row for row in rows}
    for path in (chosen,) if chosen else paths.paths:
        fresh = [code for code in path.codes if code in by_code and _is_fresh(by_code[code])]
        if fresh:
            done = sum(by_code[code].best is not None for code in path.codes if code in by_code)
            click.echo(
                f"\nnext on the path {path.name} ({done} of {len(path.codes)} done): danceoff play {fresh[0]}"
            )
            return
    if chosen:
        click.echo(f"\nthe path {chosen.name} is danced through; danceoff list shows the others")


def _is_fresh(row: Listed) -> bool:
    return row.best is None and row.state == "playable"
