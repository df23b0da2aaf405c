"""What becomes of a task that its node's engine could not start, by the answers of a manager that are written here."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from game.errors import ServiceFailed
from game.lab.swarm.cluster import MOST_STARTS, Cluster

if TYPE_CHECKING:
    from collections.abc import Iterator

BUSY = "starting container failed: unable to remount dir as readonly: device or resource busy"


class Manager:
    """Has one service, whose tasks become one after the other what was written down for them."""

    def __init__(self, *becomes: tuple[str, str]) -> None:
        self._becomes = becomes
        self.forced = 0

    def tasks(self, filters: dict[str, str]) -> list[dict[str, Any]]:
        assert filters == {"service": "one"}
        return [
            {"ID": f"task{number}", "NodeID": "node", "Status": {"State": state, "Err": words}}
            for number, (state, words) in enumerate(self._becomes[: self.forced + 1])
        ]

    def inspect_service(self, _service: str) -> dict[str, Any]:
        template = {"ForceUpdate": self.forced} if self.forced else {}
        return {"Version": {"Index": 7 + self.forced}, "Spec": {"TaskTemplate": template}}

    def update_service(
        self, _service: str, version: int, *, task_template: dict[str, Any], fetch_current_spec: bool
    ) -> None:
        assert version == 7 + self.forced
        assert fetch_current_spec
        self.forced += 1
        assert task_template["ForceUpdate"] == self.forced

    def inspect_node(self, name: str) -> dict[str, Any]:
        return {
            "ID": name,
            "Description": {"Resources": {}},
            "Status": {"State": "ready", "Addr": "192.0.2.7"},
            "Spec": {},
        }


class Scripted(Cluster):
    def __init__(self, manager: Manager) -> None:
        self.api = manager  # type: ignore[assignment] # as much of it as is asked here

    @contextmanager
    def asking(self, _what: str, *, gone_is_fine: bool = False) -> Iterator[None]:
        del gone_is_fine
        yield


def test_what_failed_for_a_reason_that_passes_is_started_anew() -> None:
    manager = Manager(("failed", BUSY), ("running", ""))
    assert Scripted(manager).wait_for("one", "the task load").address == "192.0.2.7"
    assert manager.forced == 1


def test_what_fails_every_time_is_told() -> None:
    manager = Manager(*[("failed", BUSY)] * (MOST_STARTS + 1))
    with pytest.raises(ServiceFailed, match="the task load does not run: failed: starting container failed"):
        Scripted(manager).wait_for("one", "the task load")
    assert manager.forced == MOST_STARTS - 1


@pytest.mark.parametrize(
    "became", [("rejected", "No such image: danceoff/cluster"), ("failed", "task: non-zero exit (1)")]
)
def test_a_program_that_ended_and_an_image_that_is_not_there_are_told_at_once(
    became: tuple[str, str],
) -> None:
    manager = Manager(became)
    with pytest.raises(ServiceFailed, match=became[1].partition("(")[0]):
        Scripted(manager).wait_for("one", "the task stack")
    assert manager.forced == 0
