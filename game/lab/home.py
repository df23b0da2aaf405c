"""Where danceoff keeps its state on this machine: runs, caches, the journal."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from game.errors import StorageFailed

if TYPE_CHECKING:
    from collections.abc import Mapping

SYSTEM_HOME = Path("/var/lib/danceoff")


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """`runs` holds one folder a run, `cache` what can be made again, `journal` is the SQLite file of all runs."""

    path: Path

    @property
    def runs(self) -> Path:
        return self.path / "runs"

    @property
    def cache(self) -> Path:
        return self.path / "cache"

    @property
    def journal(self) -> Path:
        return self.path / "journal.db"

    def make(self) -> None:
        """Make the folders. Started by root they can be passed through (not listed), since its servers are not root."""
        mode = 0o711 if os.geteuid() == 0 else 0o700
        for folder in (self.path, self.runs, self.cache):
            try:
                if not folder.is_dir():
                    folder.mkdir(mode=mode, parents=True, exist_ok=True)
                    folder.chmod(mode)
            except OSError as error:
                raise StorageFailed(
                    f"cannot make {folder}: {error.strerror}",
                    hint="set DANCEOFF_HOME to a folder that you can write to",
                ) from error


def home(environment: Mapping[str, str] = os.environ) -> Home:
    """Tell the home by $DANCEOFF_HOME, else the system's for root, else the user's state folder. Makes nothing."""
    chosen = environment.get("DANCEOFF_HOME", "")
    if chosen:
        return Home(path=Path(chosen).absolute())
    if os.geteuid() == 0:
        return Home(path=SYSTEM_HOME)
    state = environment.get("XDG_STATE_HOME", "") or str(Path.home() / ".local" / "state")
    return Home(path=Path(state).absolute() / "danceoff")
