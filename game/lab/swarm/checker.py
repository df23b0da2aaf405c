"""`haproxy -c` where the team's stack is: with its HAProxy, in its task, behind its walls."""

from __future__ import annotations

import base64
import itertools
from typing import TYPE_CHECKING

from game.lab.lb.check import Checked

if TYPE_CHECKING:
    from pathlib import Path

    from game.lab.swarm.gate import Gate

CHECK_WITHIN_S = 15.0


class RemoteChecker:
    """Meets `Checks`."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._numbers = itertools.count(1)

    def staging(self, root: Path) -> Path:
        return root

    def check(self, folder: Path) -> Checked:
        files = {
            str(path.relative_to(folder)): base64.b64encode(path.read_bytes()).decode()
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }
        answer = self._gate.call("stack", "check", CHECK_WITHIN_S, number=next(self._numbers), files=files)
        return Checked(
            ok=bool(answer["ok"]),
            output=str(answer["output"]),
            stopped=str(answer["stopped"]),
            took_ms=int(answer["took_ms"]),
        )
