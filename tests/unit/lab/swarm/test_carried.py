"""Files are carried when they are new, and only then."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

import pytest

from game.errors import EngineSilent
from game.lab.swarm.carried import Carried

if TYPE_CHECKING:
    from pathlib import Path

    from game.lab.swarm.gate import Gate


@dataclass
class Sink:
    """What was carried, a dictionary a time."""

    away: bool = False
    taken: list[dict[str, str | None]] = field(default_factory=list)

    def call(self, to: str, what: str, within_s: float, *, files: dict[str, str | None]) -> None:
        assert (to, what, within_s > 0) == ("stack", "files", True)
        if self.away:
            raise EngineSilent("the node does not answer")
        self.taken.append(files)


def test_what_is_new_is_carried_once_and_what_is_gone_is_removed(tmp_path: Path) -> None:
    (tmp_path / "live" / "maps").mkdir(parents=True)
    (tmp_path / "live" / "haproxy.cfg").write_text("global")
    (tmp_path / "live" / "maps" / "tenants.map").write_text("a b")
    (tmp_path / "lb").mkdir()
    (tmp_path / "lb" / "haproxy.cfg").write_text("a working tree is nothing of the stack's")
    sink = Sink()
    carried = Carried(cast("Gate", sink), tmp_path)
    carried.carry()
    assert sink.taken[0].keys() == {"live/haproxy.cfg", "live/maps/tenants.map"}
    assert base64.b64decode(sink.taken[0]["live/haproxy.cfg"] or "") == b"global"
    carried.carry()
    assert len(sink.taken) == 1
    (tmp_path / "live" / "new").write_text("global 2")
    (tmp_path / "live" / "new").replace(tmp_path / "live" / "haproxy.cfg")
    (tmp_path / "live" / "maps" / "tenants.map").unlink()
    carried.carry()
    assert sink.taken[1].keys() == {"live/haproxy.cfg", "live/maps/tenants.map"}
    assert sink.taken[1]["live/maps/tenants.map"] is None


def test_what_did_not_arrive_is_carried_again(tmp_path: Path) -> None:
    (tmp_path / "live").mkdir()
    (tmp_path / "live" / "haproxy.cfg").write_text("global")
    sink = Sink(away=True)
    carried = Carried(cast("Gate", sink), tmp_path)
    with pytest.raises(EngineSilent):
        carried.carry()
    sink.away = False
    carried.carry()
    assert len(sink.taken) == 1
