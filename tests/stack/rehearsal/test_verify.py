"""`danceoff verify` on the real stack: the incident itself."""

from __future__ import annotations

import pytest

from tests.stack.rehearsal.verifying import verified

WITHIN_S = 300


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
