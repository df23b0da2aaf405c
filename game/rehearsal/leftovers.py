"""Is anything left of a run that is over: processes, containers, files that should be gone?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from game.lab.containers.leftovers import still_there
from game.lab.process_table import family, processes
from game.lab.reaper import TRANSIENT
from game.lab.register import registered

if TYPE_CHECKING:
    from pathlib import Path


def leftovers(root: Path) -> tuple[str, ...]:
    """What is left of the run whose folder this is; empty is right."""
    everybody = processes()
    alive = [
        f"process {one.pid} of {entry.what}"
        for entry in registered(root)
        for one in family(entry.pid, entry.start, everybody)
        if one.alive
    ]
    files = [f"folder {name}" for name in TRANSIENT if (root / name).exists()]
    return (*alive, *files, *still_there(root))
