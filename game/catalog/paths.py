"""Learning paths: `exercises/paths.yaml` -> which exercises teach what, in which order.

A path that names an exercise which is not there is a problem, told like those of exercises; the rest of it stays usable.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from game.catalog.document import CODE_PATTERN
from game.catalog.fields import About
from game.catalog.folder import read_file
from game.catalog.reading import read_as
from game.catalog.strict_yaml import parse
from game.catalog.words import did_you_mean
from game.errors import ExerciseInvalid

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from game.catalog.strict_yaml import Parsed
    from game.errors import Problem

FILE = "paths.yaml"

Code = Annotated[str, About("An exercise's code.", pattern=CODE_PATTERN, high=40)]


@dataclass(frozen=True, slots=True, kw_only=True)
class PathFile:
    """One path, as the file states it."""

    name: Annotated[str, About("The path's name.", pattern=CODE_PATTERN, high=40)]
    title: Annotated[str, About("In a few words.", low=5, high=80)]
    learn: Annotated[str, About("What one can do afterwards.", low=10, high=600)]
    codes: Annotated[tuple[Code, ...], About("Exercises, the easiest first.", low=1, high=60)]


@dataclass(frozen=True, slots=True, kw_only=True)
class PathsFile:
    """Learning paths."""

    format: Annotated[int, About("Version of this format.", low=1, high=1)]
    paths: Annotated[
        tuple[PathFile, ...], About("Paths, in the order in which to offer them.", low=1, high=40)
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningPath:
    """`codes` are those of exercises that are there."""

    name: str
    title: str
    learn: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningPaths:
    paths: tuple[LearningPath, ...]
    problems: tuple[Problem, ...]

    def named(self, name: str) -> LearningPath | None:
        return next((path for path in self.paths if path.name == name), None)

    def of(self, code: str) -> tuple[str, ...]:
        """Names of the paths that an exercise belongs to."""
        return tuple(path.name for path in self.paths if code in path.codes)


def load_paths(exercises: Path) -> LearningPaths:
    """Read the paths of a catalogue; without the file there are none. What is wrong is told, never raised."""
    file = exercises / FILE
    if not file.exists() and not file.is_symlink():
        return LearningPaths(paths=(), problems=())
    there = tuple(sorted(path.parent.name for path in exercises.glob("*/exercise.yaml")))
    try:
        parsed = parse(read_file(file, FILE), FILE)
        document = read_as(PathsFile, parsed, parsed.root)
    except ExerciseInvalid as error:
        return LearningPaths(paths=(), problems=error.problems)
    paths = tuple(
        LearningPath(
            name=path.name,
            title=path.title,
            learn=path.learn,
            codes=tuple(code for code in dict.fromkeys(path.codes) if code in there),
        )
        for path in document.paths
    )
    return LearningPaths(paths=paths, problems=tuple(_problems(document, parsed, there)))


def _problems(document: PathsFile, parsed: Parsed, there: tuple[str, ...]) -> Iterator[Problem]:
    names = Counter(path.name for path in document.paths)
    for place, path in enumerate(document.paths):
        if names[path.name] > 1:
            yield parsed.problem(f"paths[{place}].name", "two paths have this name", "give each its own name")
        twice = Counter(path.codes)
        for number, code in enumerate(path.codes):
            where = f"paths[{place}].codes[{number}]"
            if code not in there:
                yield parsed.problem(where, f"there is no exercise {code}", did_you_mean(code, there))
            elif twice[code] > 1:
                yield parsed.problem(where, f"{code} stands here twice", "keep one of them")
