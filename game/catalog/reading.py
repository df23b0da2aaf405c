"""Raw values -> the types of a file (`document.py`, `stack.py`): strict, and every misfit at once with its path."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING, TypeVar

from cattrs.errors import ClassValidationError, ForbiddenExtraKeysError, IterableValidationError

from game.catalog.hooks import Misfit, converter
from game.catalog.words import did_you_mean
from game.errors import ExerciseInvalid

if TYPE_CHECKING:
    from game.catalog.strict_yaml import Parsed, Value

T = TypeVar("T")


def read_as(kind: type[T], parsed: Parsed, root: Value) -> T:
    """Structure `root`, a value of the parsed file; raises ExerciseInvalid with all misfits."""
    try:
        return converter().structure(root, kind)
    except (ClassValidationError, IterableValidationError, Misfit) as error:
        problems = tuple(parsed.problem(path, *words) for path, *words in _misfits(error, ""))
        raise ExerciseInvalid(problems) from error


def _misfits(error: BaseException, path: str) -> list[tuple[str, str, str]]:
    """Flatten cattrs' tree of errors to (path, message, remedy)."""
    if isinstance(error, ClassValidationError):
        placed, others = error.group_exceptions()
        found = [misfit for below, note in placed for misfit in _attribute(below, _join(path, note.name))]
        return found + [misfit for other in others for misfit in _misfits(other, path)]
    if isinstance(error, IterableValidationError):
        items, _ = error.group_exceptions()
        return [
            misfit
            for below, note in items
            for misfit in _misfits(
                below, f"{path}[{note.index}]" if isinstance(note.index, int) else _join(path, note.index)
            )
        ]
    if isinstance(error, ForbiddenExtraKeysError):
        known = tuple(field.name for field in dataclasses.fields(error.cl))
        return [
            (_join(path, extra), "this key is unknown here", did_you_mean(extra, known))
            for extra in sorted(error.extra_fields)
        ]
    if isinstance(error, Misfit):
        return [(path, error.message, error.remedy)]
    raise error


def _attribute(error: BaseException, path: str) -> list[tuple[str, str, str]]:
    """Word a missing key: cattrs knows it by the KeyError of looking it up."""
    if isinstance(error, KeyError):
        return [(path, "this is missing", "add it; `danceoff schema` describes it")]
    return _misfits(error, path)


def _join(path: str, name: str) -> str:
    shown = name if re.fullmatch(r"[A-Za-z0-9_-]{1,60}", name) else ascii(name[:40])
    return f"{path}.{shown}" if path else shown
