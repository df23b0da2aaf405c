"""The files of one exercise, read once into memory: bounded, regular, inside the folder; and their digest."""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from game.catalog.words import did_you_mean
from game.errors import ExerciseInvalid, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_FILES = 100
MAX_FILE_BYTES = 256 * 1024
MAX_FOLDERS_DEEP = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """`name` is the folder's own; `files` maps paths within it, with slashes, to contents."""

    name: str
    files: Mapping[str, bytes]

    @property
    def digest(self) -> str:
        """SHA-256 over names and contents of all files, each with its length, in the order of names."""
        total = hashlib.sha256()
        for path, content in sorted(self.files.items()):
            name = path.encode()
            total.update(len(name).to_bytes(8) + name + len(content).to_bytes(8) + content)
        return total.hexdigest()

    def misplaced(self, path: str) -> tuple[str, str] | None:
        """Why a file named in the exercise cannot be used, and the remedy; None if it can."""
        pure = PurePosixPath(path)
        if pure.is_absolute() or "\\" in path or ".." in pure.parts:
            return f"{path!a} leads out of the folder", "name a file inside the folder, without .."
        if path not in self.files:
            return f"there is no file {path!a} in the folder", did_you_mean(path, tuple(sorted(self.files)))
        return None


def read_folder(root: Path) -> Folder:
    """Read every file below `root`; links and everything that is not a plain file are refused."""
    problems: list[Problem] = []
    files: dict[str, bytes] = {}
    try:
        for path in _walk(root, problems):
            files[path.relative_to(root).as_posix()] = read_file(
                path, f"{root.name}/{path.relative_to(root)}"
            )
            if len(files) > MAX_FILES:
                problems.append(
                    _problem(root.name, f"more than {MAX_FILES} files", "an exercise is a few files")
                )
                break
    except OSError as error:
        words = error.strerror or "cannot be read"
        problems.append(
            _problem(root.name, f"{words}: {error.filename}", "check the path and its permissions")
        )
    except ExerciseInvalid as error:
        problems.extend(error.problems)
    if problems:
        raise ExerciseInvalid(tuple(problems))
    return Folder(name=root.name, files=files)


def read_file(path: Path, name: str) -> bytes:
    """One plain file, bounded; never follows a link and never waits on a pipe. `name` is for messages."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        words = error.strerror or "cannot be read"
        raise ExerciseInvalid((_problem(name, words, "put a plain, readable file there"),)) from error
    with os.fdopen(descriptor, "rb") as file:
        state = os.fstat(file.fileno())
        if not stat.S_ISREG(state.st_mode):
            raise ExerciseInvalid((_problem(name, "this is not a plain file", "put a plain file there"),))
        content = file.read(MAX_FILE_BYTES + 1)
    if len(content) > MAX_FILE_BYTES:
        remedy = f"keep every file below {MAX_FILE_BYTES // 1024} kB"
        raise ExerciseInvalid((_problem(name, f"the file has {state.st_size} bytes", remedy),))
    return content


def _walk(root: Path, problems: list[Problem]) -> list[Path]:
    """Every plain file below root, bounded in depth and number."""
    found: list[Path] = []
    waiting = [(root, 0)]
    while waiting and len(found) <= MAX_FILES:
        folder, depth = waiting.pop()
        for entry in sorted(os.scandir(folder), key=lambda item: item.name):
            path = Path(entry.path)
            name = f"{root.name}/{path.relative_to(root)}"
            if entry.is_symlink():
                problems.append(_problem(name, "links are not allowed", "copy the file here"))
            elif entry.is_dir(follow_symlinks=False):
                if depth + 1 >= MAX_FOLDERS_DEEP:
                    problems.append(_problem(name, "folders are nested too deep", "flatten them"))
                else:
                    waiting.append((path, depth + 1))
            else:
                found.append(path)
    return found


def _problem(file: str, message: str, remedy: str) -> Problem:
    return Problem(file=file, path="(the file)", message=message, remedy=remedy)
