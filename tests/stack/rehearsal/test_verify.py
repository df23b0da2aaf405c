"""`danceoff verify` on the real stack: the incident itself, and an exercise of every other kind of fault."""

from __future__ import annotations

import pytest

from game.catalog.load import load_exercise
from game.catalog.stack import load_stack
from game.core.exercise import LbChange, LbRuntime, ServiceFault, ToxicFault
from game.lab.data import exercises_dir, stacks_dir
from tests.stack.rehearsal.verifying import verified

WITHIN_S = 300
# The whole catalogue is `danceoff verify`; these are a build's share of it.
OTHERS = {
    "mazurka": LbRuntime,
    "milonga": ToxicFault,
    "sardana": ServiceFault,
    "minuet": LbChange,
}


@pytest.mark.stack
@pytest.mark.timeout(WITHIN_S + 20)
def test_macarena_proves_itself() -> None:
    code, records = verified("macarena", within_s=WITHIN_S)
    record = records["macarena"]
    assert record["failures"] == []
    assert code == 0
    assert 0.28 <= record["bad_share"] <= 0.32
    assert record["reference_score"] >= 0.95 * record["achievable"]
    assert record["do_nothing_score"] == 0
    assert record["blind_revert_score"] <= 400
    turns = {turn["name"]: turn for turn in record["wrong_turns"]}
    for name in (
        "restart the database",
        "restart every replica",
        "restart the load balancer",
        "answer every login with 200",
    ):
        assert not turns[name]["recovered"], name
        assert turns[name]["as_declared"], name


@pytest.mark.stack
@pytest.mark.timeout(3 * WITHIN_S + 20)
def test_every_kind_of_fault_proves_itself() -> None:
    stack = load_stack(stacks_dir() / "auth")
    for name, kind in OTHERS.items():
        faults = load_exercise(exercises_dir() / name, stack, 0).exercise.faults
        assert kind in {type(fault) for fault in faults}, name
    code, records = verified(*OTHERS, within_s=3 * WITHIN_S)
    assert {name: record["failures"] for name, record in records.items()} == {name: [] for name in OTHERS}
    assert code == 0
