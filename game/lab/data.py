"""Where the stacks and exercises that travel with the program lie: beside the package, or inside it in a wheel.

DANCEOFF_EXERCISES names a folder of one's own to play, list and verify instead of the exercises that came along.
"""

from __future__ import annotations

import os
from pathlib import Path

from game.errors import MissingProgram, UsageError

PACKAGE = Path(__file__).resolve().parent.parent
VARIABLE = "DANCEOFF_EXERCISES"


def stacks_dir() -> Path:
    """Return the folder that holds one folder a stack."""
    return _data("stacks")


def exercises_dir() -> Path:
    """Return the folder that holds one folder an exercise."""
    own = os.environ.get(VARIABLE, "")
    if not own:
        return _data("exercises")
    if not Path(own).is_dir():
        raise UsageError(
            f"{VARIABLE}: there is no folder {own}", hint="name a folder of exercises, or unset it"
        )
    return Path(own).absolute()


def is_packed(folder: Path) -> bool:
    """Tell whether a folder belongs to an installed wheel, where nobody's own work should be put."""
    return folder.is_relative_to(PACKAGE)


def _data(name: str) -> Path:
    for folder in (PACKAGE / "_data" / name, PACKAGE.parent / name):
        if folder.is_dir():
            return folder
    raise MissingProgram(
        f"the folder {name}/ is neither inside nor beside {PACKAGE}",
        hint="install danceoff again: its wheel and its repository both carry it",
    )
