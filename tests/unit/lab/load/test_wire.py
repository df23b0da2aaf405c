from __future__ import annotations

import pytest

from game.core.outcome import LoadBatch, Operation, Outcome
from game.core.roster import Account, User
from game.core.stack import Cohort
from game.lab.load.plan import LoadPlan, Target
from game.lab.load.wire import (
    Anew,
    Failed,
    NotUnderstood,
    Ready,
    SetOrigin,
    SetRate,
    Stop,
    decode_command,
    decode_plan,
    decode_report,
    encode_command,
    encode_plan,
    encode_report,
)

PLAN = LoadPlan(
    target=Target(address="127.0.0.1", port=443, ca="/ca.pem", public_key="PEM\nlines\n"),
    cohorts=(Cohort(name="web", users=1), Cohort(name="old", users=0, tls="1.2", tenant="acme")),
    users=(
        User(
            number=0,
            cohort="web",
            account=Account(username="u", password="p€", tenant=""),
            address="2001:db8::1",
        ),
    ),
    seed=3,
    requests_per_second=12.5,
    origin_ns=10**15 + 1,
)


def test_a_plan_survives_the_pipe_in_one_line() -> None:
    line = encode_plan(PLAN)
    assert line.count(b"\n") == 1
    assert decode_plan(line) == PLAN


@pytest.mark.parametrize("report", [Ready(), Failed(what="no CA")])
def test_reports_survive(report: Ready | Failed) -> None:
    assert decode_report(encode_report(report)) == report


def test_a_batch_survives() -> None:
    outcomes = tuple(
        Outcome(
            started_ms=100 + index,
            took_ms=7,
            user=index,
            cohort="web",
            operation=operation,
            ok=not reason,
            reason=reason,
        )
        for index, (operation, reason) in enumerate(
            ((Operation.LOGIN, ""), (Operation.SESSION, "timeout"), (Operation.LOGOUT, "status-500"))
        )
    )
    batch = LoadBatch(settled_ms=150, planned=2, outcomes=outcomes)
    assert decode_report(encode_report(batch)) == batch


@pytest.mark.parametrize(
    "command", [SetRate(requests_per_second=0.0), SetOrigin(origin_ns=5), Anew(), Stop()]
)
def test_commands_survive(command: SetRate | SetOrigin | Anew | Stop) -> None:
    assert decode_command(encode_command(command)) == command


@pytest.mark.parametrize(
    "line",
    [b"", b"{", b"[]", b"null", b'{"do":"dance"}', b'{"do":"rate"}', b'{"do":"stop","why":1}', b"\xff\n"],
)
def test_odd_commands_are_refused(line: bytes) -> None:
    with pytest.raises(NotUnderstood):
        decode_command(line)


@pytest.mark.parametrize(
    "line",
    [b'{"settled_ms":1}', b'{"settled_ms":1,"planned":0,"outcomes":[[1,2]]}', b'{"settled_ms":1,"pl'],
)
def test_odd_reports_are_refused(line: bytes) -> None:
    with pytest.raises(NotUnderstood):
        decode_report(line)


def test_a_wrong_plan_says_what_is_wrong_with_it() -> None:
    line = encode_plan(PLAN).replace(b'"seed":3', b'"seed":"many"')
    with pytest.raises(NotUnderstood, match="seed"):
        decode_plan(line)
