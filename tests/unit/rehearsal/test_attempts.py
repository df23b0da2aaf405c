from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from game.rehearsal.attempts import proved
from game.rehearsal.proof import Failure, Verified

if TYPE_CHECKING:
    from pathlib import Path


@dataclass
class Machine:
    """Proves an exercise as often as it is told to fail first; remembers what had the machine to itself."""

    fails: dict[str, int]
    root: Path
    alone: list[str] = field(default_factory=list)
    taken: dict[str, int] = field(default_factory=dict)

    def __call__(self, code: str, seed: int, *, alone: bool) -> Verified:
        self.taken[code] = self.taken.get(code, 0) + 1
        if alone:
            self.alone.append(code)
        ok = self.taken[code] > self.fails.get(code, 0)
        evidence = self.root / f"{code}-{self.taken[code]}"
        if not ok:
            evidence.mkdir()
        return Verified(
            code=code, seed=seed, ok=ok, runtime="process", haproxy="", seconds=1.5,
            failures=() if ok else (Failure(proof="3 bites", measured="0", bound="1"),),
            evidence=() if ok else (str(evidence),),
        )  # fmt: skip


def test_what_holds_at_once_is_measured_once(tmp_path: Path) -> None:
    machine = Machine({}, tmp_path)
    found = list(proved((("polka", 0), ("tango", 1)), machine, attempts=2, at_once=2))
    assert {one.code for one in found} == {"polka", "tango"}
    assert {one.attempts for one in found} == {1}
    assert machine.alone == []


def test_what_fails_beside_others_is_measured_again_alone_and_leaves_nothing(tmp_path: Path) -> None:
    machine = Machine({"tango": 1}, tmp_path)
    found = {one.code: one for one in proved((("tango", 0), ("polka", 0)), machine, attempts=2, at_once=2)}
    assert found["tango"].ok
    assert found["tango"].attempts == 2
    assert found["tango"].seconds == 3.0
    assert [failure.proof for failure in found["tango"].spoilt] == ["3 bites"]
    assert machine.alone == ["tango"]
    assert list(tmp_path.iterdir()) == []


def test_what_fails_each_time_is_believed_and_keeps_all_its_evidence(tmp_path: Path) -> None:
    machine = Machine({"tango": 9}, tmp_path)
    (found,) = proved((("tango", 0),), machine, attempts=3, at_once=1)
    assert not found.ok
    assert found.attempts == 3
    assert [root.rpartition("/")[2] for root in found.evidence] == ["tango-1", "tango-2", "tango-3"]
    assert len(list(tmp_path.iterdir())) == 3


def test_one_attempt_is_the_last_word(tmp_path: Path) -> None:
    machine = Machine({"tango": 1}, tmp_path)
    (found,) = proved((("tango", 0),), machine, attempts=1, at_once=1)
    assert not found.ok
    assert machine.alone == []
