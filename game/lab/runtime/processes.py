"""The stack as plain processes on loopback: the default, which needs neither root nor containers."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from game.lab.binaries import find_programs, for_account
from game.lab.data import stacks_dir
from game.lab.runtime.child import Spawner
from game.lab.runtime.daemon import Site
from game.lab.runtime.served_stack import ServedStack
from game.lab.runtime.zygote import Zygote

if TYPE_CHECKING:
    from game.core.stack import Stack
    from game.lab.binaries import Programs
    from game.lab.certificates import Certificates
    from game.lab.home import Home
    from game.lab.places import Place
    from game.lab.unprivileged import Unprivileged

STOP_WITHIN_S = 0.6


class ProcessRuntime(ServedStack):
    """Every server is a child of the game's."""

    def __init__(self, stack: Stack, home: Home, run_id: str, *, programs: Programs | None = None) -> None:
        """Take what to run and where its state goes; `programs` when they were looked up already."""
        super().__init__(stack, home, run_id)
        self._programs = programs
        self._spawner: Spawner | None = None

    def _found(self) -> Programs:
        self._programs = self._programs or find_programs()
        return self._programs

    def _require(self) -> None:
        self._found().require()

    def _site(self, place: Place, account: Unprivileged | None) -> Site:
        programs = for_account(self._found(), self._home, account)
        self._spawner = Spawner(self._root)
        return Site(place=place, programs=programs, account=account, spawner=self._spawner)

    def _zygote(self, site: Site, certificates: Certificates) -> Zygote:
        return Zygote(site, stacks_dir() / self._stack.name / "service" / "zygote.py", certificates)

    def _end(self) -> None:
        spawner = self._spawner
        if spawner is None:
            return
        spawner.close()
        for child in spawner.children():
            child.ask_to_stop()
        deadline = time.monotonic() + STOP_WITHIN_S
        for child in spawner.children():
            child.stop(grace_s=max(0.0, deadline - time.monotonic()))
        spawner.end()
