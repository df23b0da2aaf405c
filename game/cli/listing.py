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
    """List the exercises, path by path: level, minutes, own best, what each needs or lacks, and what to play next."""
    paths = load_paths(exercises_dir())
    chosen = _chosen(paths, path)
    rows = _rows(paths)
    if chosen is not None:
        rows = _on(chosen, rows)
    if as_json:
        print_json(rows)
        return 0
    if chosen is not None:
        _print(f"{chosen.name}: {chosen.title}", chosen.learn, rows, rows)
    else:
        _print_course(rows, paths)
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


def _on(path: LearningPath, rows: Sequence[Listed]) -> list[Listed]:
    by_code = {row.code: row for row in rows}
    return [by_code[code] for code in path.codes if code in by_code]


def _print_course(rows: Sequence[Listed], paths: LearningPaths) -> None:
    """Path by path; whatever is on several of them stands on each."""
    for path in paths.paths:
        _print(f"{path.name}: {path.title}", _how_far(_on(path, rows)), _on(path, rows), rows)
        click.echo()
    if alone := [row for row in rows if not row.paths]:
        _print("on no path", "", alone, rows)
        click.echo()
    click.echo(
        f"{len(rows)} exercises. danceoff show CODE tells what one is about, danceoff play CODE begins it"
    )


def _print(title: str, below: str, rows: Sequence[Listed], every: Sequence[Listed]) -> None:
    """A heading and a table, whose columns are as wide as those of every other table."""
    code, best = max(len(row.code) for row in every), max(len(_best(row)) for row in every)
    click.echo(click.style(title, bold=True) + (f"\n{below}" if below else ""))
    print_table(
        ("code", "level", "min", "best", "title"),
        [
            (
                row.code.ljust(code),
                str(row.level or "-"),
                str(row.minutes or "-"),
                _best(row).ljust(best),
                row.title + _needs(row),
            )
            for row in rows
        ],
    )


def _best(row: Listed) -> str:
    return "-" if row.best is None else f"{row.best}/{row.achievable}"


def _needs(row: Listed) -> str:
    """What has to come before it, or is to be mended, in brackets after its title."""
    needs = [f"after {', '.join(row.requires)}"] if row.requires else []
    match row.state:
        case "problems":
            needs.append("1 problem" if len(row.problems) == 1 else f"{len(row.problems)} problems")
        case "missing":
            needs.append(f"needs {', '.join(row.missing)}")
        case "playable":
            pass
    return f" ({'; '.join(needs)})" if needs else ""


def _how_far(rows: Sequence[Listed]) -> str:
    done = sum(row.best is not None for row in rows)
    return f"{done} of {len(rows)} done"


def _print_next(rows: Sequence[Listed], chosen: LearningPath | None, paths: LearningPaths) -> None:
    """Suggest the first exercise without a counted run: of the chosen path, else of the first path that has one."""
    by_code = {row.code: row for row in rows}
    for path in (chosen,) if chosen else paths.paths:
        fresh = [code for code in path.codes if code in by_code and _is_fresh(by_code[code])]
        if fresh:
            far = _how_far(_on(path, rows))
            click.echo(f"\nnext on the path {path.name} ({far}): danceoff play {fresh[0]}")
            return
    if chosen:
        click.echo(f"\nthe path {chosen.name} is danced through; danceoff list shows the others")


def _is_fresh(row: Listed) -> bool:
    return row.best is None and row.state == "playable"
