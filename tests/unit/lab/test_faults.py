"""A replaced file is made and undone through the load balancer's files alone: no commit, and nothing else is touched."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from game.core.exercise import LbFile
from game.lab.faults import Faults, nothing

if TYPE_CHECKING:
    from collections.abc import Callable

    from game.core.exercise import Change
    from game.lab.lb.runtime_api import LbConsole
    from game.lab.runtime.attended import AttendedRuntime
    from game.lab.toxics import Toxics


class Deeds:
    """Remembers what was asked of the repository and the apply path."""

    def __init__(self) -> None:
        self.done: list[tuple[str, ...]] = []

    def commit_and_apply(self, change: Change, together: Callable[[], None] = nothing) -> str:
        raise AssertionError(f"{change.id} was committed, {together} or not")

    def replace_file(self, path: str, content: str, together: Callable[[], None] = nothing) -> None:
        together()
        self.done.append(("replaced", path, content))

    def load_only(self, patch: str, actor: str) -> None:
        raise AssertionError(f"{actor} loaded {patch}")

    def load_approved(self) -> None:
        self.done.append(("approved",))

    def fill(self, text: str) -> str:
        return text


def test_a_replaced_file_waits_for_the_others_once_and_makes_no_revision() -> None:
    deeds, fault = Deeds(), LbFile(path="maps/tenants.map", content="a b\n", actor="netops")
    # Neither console nor toxics nor services are asked.
    faults = Faults(deeds, cast("LbConsole", None), cast("Toxics", None), cast("AttendedRuntime", None))
    assert faults.make(fault, lambda: deeds.done.append(("together",))) == ""
    faults.undo(fault)
    assert deeds.done == [("together",), ("replaced", "maps/tenants.map", "a b\n"), ("approved",)]
