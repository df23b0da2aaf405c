"""The files that a stack on another node has to have, carried there when they have changed."""

from __future__ import annotations

import base64
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from game.lab.swarm.gate import Gate

FOLDERS = ("live", "private")
CARRY_WITHIN_S = 15.0
Stamp = tuple[int, int, int]


class Carried:
    """Knows what was carried. HAProxy reads its files only when told to, so that is when they have to be there."""

    def __init__(self, gate: Gate, root: Path) -> None:
        self._gate = gate
        self._root = root
        self._known: dict[str, Stamp] = {}
        self._lock = threading.Lock()

    def carry(self) -> None:
        """Carry what is new, and remove what is gone; EngineSilent when the node does not answer."""
        with self._lock:
            found = self._found()
            changed = [name for name, stamp in found.items() if self._known.get(name) != stamp]
            gone = [name for name in self._known if name not in found]
            if not changed and not gone:
                return
            files: dict[str, str | None] = {
                name: base64.b64encode((self._root / name).read_bytes()).decode() for name in changed
            }
            files.update(dict.fromkeys(gone))
            self._gate.call("stack", "files", CARRY_WITHIN_S, files=files)
            self._known = found

    def _found(self) -> dict[str, Stamp]:
        found = {}
        for folder in FOLDERS:
            for path in sorted((self._root / folder).rglob("*")):
                if path.is_file():
                    state = path.stat()
                    found[str(path.relative_to(self._root))] = (
                        state.st_mtime_ns,
                        state.st_size,
                        state.st_ino,
                    )
        return found
