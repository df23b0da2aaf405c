"""Where the stacks and exercises that travel with the program lie: beside the package, or inside it in a wheel."""

from __future__ import annotations

from pathlib import Path

from game.errors import MissingProgram

PACKAGE = Path(__file__).resolve().parent.parent


def stacks_dir() -> Path:
    """Return the folder that holds one folder a stack."""
    return _data("stacks")


def exercises_dir() -> Path:
    """Return the folder that holds one folder an exercise."""
    return _data("exercises")


def _data(name: str) -> Path:
    for folder in (PACKAGE / "_data" / name, PACKAGE.parent / name):
        if folder.is_dir():
            return folder
    raise MissingProgram(
        f"the folder {name}/ is neither inside nor beside {PACKAGE}",
        hint="install danceoff again: its wheel and its repository both carry it",
    )
