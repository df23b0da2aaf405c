from __future__ import annotations

import json
import random
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from game.core.outcome import Operation
from game.core.roster import Account, User
from game.core.stack import Cohort
from game.lab.load.journey import Answer, Journey, Persona, Request
from game.lab.load.proof import Verifier

if TYPE_CHECKING:
    from tests.unit.lab.load.signing import Signer

WEB = Cohort(name="web", users=1)
APP = Cohort(name="mobile", users=1, client="app", upload_pause_ms=120)
USER = User(
    number=0,
    cohort="web",
    account=Account(username="web000", password="secret", tenant=""),
    address="198.18.0.1",
)


def journey(signer: Signer, cohort: Cohort = WEB) -> Journey:
    persona = Persona(user=USER, cohort=cohort, host="login.example.test")
    return Journey(persona, Verifier(signer.public_pem), random.Random(1))  # noqa: S311 - a load


def right(signer: Signer, request: Request) -> Answer:
    """Answer as the service does."""
    if request.operation is Operation.LOGOUT:
        return Answer(status=204, headers=(), body=b"")
    tokens = {"id_token": signer.token(nonce=request.nonce), "refresh_token": "r", "access_token": "a"}
    cookie = (("Set-Cookie", "session=s; Path=/; Secure"),) if request.operation is Operation.LOGIN else ()
    return Answer(status=200, headers=cookie, body=json.dumps(tokens).encode())


def header(request: Request, name: str) -> str:
    return dict(request.headers).get(name, "")


def test_a_user_logs_in_looks_refreshes_and_logs_out_again_and_again(signer: Signer) -> None:
    walk = journey(signer)
    walked: list[Operation] = []
    for _ in range(14):
        request = walk.next()
        walked.append(request.operation)
        assert walk.judge(request, right(signer, request)) == ""
    assert walked[0] is Operation.LOGIN
    first = walked[: walked.index(Operation.LOGOUT) + 1]
    assert first[1:-2].count(Operation.SESSION) == len(first) - 3
    assert len(first) - 3 in {3, 4}
    assert first[-2:] == [Operation.REFRESH, Operation.LOGOUT]
    assert walked[len(first)] is Operation.LOGIN


def test_a_failed_login_is_tried_again_on_a_new_connection(signer: Signer) -> None:
    walk = journey(signer)
    request = walk.next()
    assert walk.judge(request, Answer(status=500, headers=(), body=b"")) == "status-500"
    again = walk.next()
    assert again.operation is Operation.LOGIN
    assert again.fresh
    assert again.nonce != request.nonce
    walk.failed(again)
    assert walk.operation is Operation.LOGIN


def test_an_unknown_session_sends_the_user_back_to_the_login(signer: Signer) -> None:
    walk = journey(signer)
    request = walk.next()
    walk.judge(request, right(signer, request))
    assert walk.judge(walk.next(), Answer(status=401, headers=(), body=b"")) == "status-401"
    assert walk.operation is Operation.LOGIN


def test_a_session_that_times_out_does_not(signer: Signer) -> None:
    walk = journey(signer)
    request = walk.next()
    walk.judge(request, right(signer, request))
    walk.failed(walk.next())
    assert walk.operation is Operation.SESSION


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answer(status=301, headers=(("Location", "https://x/"),), body=b""), "redirect"),
        (Answer(status=200, headers=(), body=b"welcome"), "unsigned"),
        (Answer(status=200, headers=(), body=b"[" * 100_000), "unsigned"),
        (Answer(status=204, headers=(), body=b""), "status-204"),
    ],
)
def test_what_only_looks_like_success_is_none(signer: Signer, answer: Answer, reason: str) -> None:
    walk = journey(signer)
    assert walk.judge(walk.next(), answer) == reason


def test_an_old_answer_is_not_right_a_second_time(signer: Signer) -> None:
    walk = journey(signer)
    request = walk.next()
    recorded = right(signer, request)
    walk.judge(request, recorded)
    assert walk.judge(walk.next(), recorded) == "wrong-nonce"


def test_a_browser_sends_origin_and_cookies_and_no_bearer(signer: Signer) -> None:
    walk = journey(signer)
    login = walk.next()
    assert header(login, "Origin") == "https://login.example.test"
    assert header(login, "CDN-Client-IP") == "198.18.0.1"
    walk.judge(login, right(signer, login))
    session = walk.next()
    assert header(session, "Cookie") == "session=s"
    assert header(session, "Authorization") == ""


def test_an_app_sends_its_bearer_and_neither_origin_nor_cookies(signer: Signer) -> None:
    walk = journey(signer, APP)
    login = walk.next()
    assert (header(login, "X-Client"), header(login, "Origin")) == ("app", "")
    assert login.pause_ms == 120
    walk.judge(login, right(signer, login))
    session = walk.next()
    assert header(session, "Authorization") == "Bearer a"
    assert header(session, "Cookie") == ""
    assert session.pause_ms == 0


def test_a_single_sign_on_login_is_heavy(signer: Signer) -> None:
    assert len(journey(signer, replace(WEB, body_bytes=12_000)).next().body) > 12_000
