"""An exercise's folder after reading and before choosing: its files, its parsed document, its seed's choices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from game.catalog.choices import ChoicesFile
from game.catalog.folder import Folder, read_folder
from game.catalog.reading import read_as
from game.catalog.strict_yaml import Parsed, decode, parse
from game.errors import ExerciseInvalid, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from game.catalog.strict_yaml import Value

FILE = "exercise.yaml"
_CHOICES = ("variants", "orders")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """`body` is the raw document without what a seed decides; `texts` are the other files, as text."""

    folder: Folder
    parsed: Parsed
    choices: ChoicesFile
    body: Mapping[str, Value]
    texts: Mapping[str, str]


def read_source(root: Path) -> Source:
    """Read an exercise's folder; raises ExerciseInvalid."""
    return source_of(read_folder(root))


def source_of(folder: Folder) -> Source:
    """Parse the files of a folder; raises ExerciseInvalid."""
    file = f"{folder.name}/{FILE}"
    if FILE not in folder.files:
        remedy = "an exercise is a folder with exercise.yaml, brief.md and debrief.md"
        raise ExerciseInvalid(
            (Problem(file=file, path="(the file)", message="there is no such file", remedy=remedy),)
        )
    return source_from(folder, parse(folder.files[FILE], file))


def source_from(folder: Folder, parsed: Parsed) -> Source:
    """Take a parsed document apart into what a seed decides and the rest; raises ExerciseInvalid."""
    if not isinstance(parsed.root, dict):
        raise ExerciseInvalid((parsed.problem("", "the document is not a mapping", "begin with format: 1"),))
    seeded: dict[str, Value] = {key: parsed.root[key] for key in _CHOICES if key in parsed.root}
    return Source(
        folder=folder,
        parsed=parsed,
        choices=read_as(ChoicesFile, parsed, seeded),
        body={key: value for key, value in parsed.root.items() if key not in _CHOICES},
        texts=_texts(folder),
    )


def _texts(folder: Folder) -> dict[str, str]:
    """Every file beside exercise.yaml as text; files that are not text are left out, and so cannot be named."""
    texts: dict[str, str] = {}
    for path, content in folder.files.items():
        try:
            texts[path] = decode(content, f"{folder.name}/{path}")
        except ExerciseInvalid:
            if path.endswith((".md", ".patch", ".cfg", ".map", ".http", ".pem")):
                raise
    return texts
