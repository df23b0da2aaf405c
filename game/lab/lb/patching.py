"""Unified diffs applied to texts, with `git apply` in a folder of its own. Nothing is left behind."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from game.errors import UsageError
from game.lab.lb.files import read_files
from game.lab.lb.git import Git

if TYPE_CHECKING:
    from collections.abc import Iterable

    from game.core.exercise import Change
    from game.lab.lb.files import Files


def patched(files: Files, change: Change) -> dict[str, str]:
    """Return the files after one change. The change's placeholders are filled already. UsageError if it does not fit."""
    return ideal(files, (change,))


def ideal(files: Files, changes: Iterable[Change]) -> dict[str, str]:
    """Return the files after several changes in order: leaving the fault out gives the ideal end state."""
    with tempfile.TemporaryDirectory(prefix="danceoff-patch-") as name:
        folder = Path(name)
        for path, text in files.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(text.encode(errors="surrogateescape"))
        git = Git(folder=folder)
        for change in changes:
            apply_patch(git, change)
        return read_files(folder)


def apply_patch(git: Git, change: Change, *options: str) -> None:
    """Apply a change's patch; where neighbouring lines were changed as well, one line of context has to do."""
    patch = change.patch.encode(errors="surrogateescape")
    first = git.run("apply", "--whitespace=nowarn", *options, "-", stdin=patch, writes=True)
    if first.code == 0:
        return
    if git.run("apply", "--whitespace=nowarn", "-C1", *options, "-", stdin=patch, writes=True).code != 0:
        said = first.complaint.strip().splitlines()
        raise UsageError(
            f"change {change.id}: its patch does not apply: {said[0] if said else 'git said nothing'}",
            hint="make the patch against the files as the changes before it leave them",
        )
