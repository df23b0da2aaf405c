from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from game.errors import Refused
from game.event.preflight import COST_FILE, Check, Cost, known_cost, preflight

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DANCEOFF_HOME", str(tmp_path))


def test_what_two_cores_carry_by_the_usual_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    found = preflight(4)
    by_memory = next(check for check in found.checks if check.what == "memory")
    assert next(check for check in found.checks if check.what == "cores").fine
    assert found.carries == 4 or not by_memory.fine
    too_many = preflight(5)
    assert not too_many.fine
    with pytest.raises(Refused, match=r"2 carry 4 stacks of 0\.40 \(as usual\), 5 are wanted"):
        too_many.require()
    too_many.require(insist=True)


def test_a_measured_cost_counts_and_nonsense_does_not(tmp_path: Path) -> None:
    (tmp_path / COST_FILE).write_text('{"cores": 0.2, "memory_mb": 180}')
    assert known_cost(tmp_path) == Cost(cores=0.2, memory_mb=180, measured=True)
    for nonsense in ("", "[]", "{}", '{"cores": -1, "memory_mb": 5}', '{"cores": "x", "memory_mb": 180}'):
        (tmp_path / COST_FILE).write_text(nonsense)
        assert known_cost(tmp_path) == Cost()


def test_several_teams_need_the_sandbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def sandbox(teams: int) -> Check:
        return next(check for check in preflight(teams).checks if check.what == "sandbox")

    monkeypatch.setenv("PATH", str(tmp_path))
    assert sandbox(1).fine
    assert not sandbox(2).fine
    assert sandbox(2).remedy == "install bubblewrap"


def test_a_missing_program_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DANCEOFF_HAPROXY", "/bin/false")
    programs = next(check for check in preflight(1).checks if check.what == "programs")
    assert not programs.fine
    assert programs.remedy
