"""Whatever comes in, the answer is JSON that says what is wrong; nothing of it is the server's fault."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from game.errors import StorageFailed
from game.web.endpoint import MOST_BODY_BYTES
from game.web.routes import ROUTES
from tests.unit.web.client import Client
from tests.unit.web.test_openapi import BODIES, path_of

if TYPE_CHECKING:
    from flask import Flask
    from hypothesis.strategies import SearchStrategy
    from werkzeug.test import TestResponse

    from game.core.views import RunView
    from game.web.endpoint import Endpoint
    from tests.unit.web.stand_in import StandIn

WITH_BODY = [route for route in ROUTES if route.body]
BROKEN = [
    b"", b" ", b"null", b"true", b"0", b"1.5", b'"text"', b"[]", b"[{}]", b"{", b"}", b"{]", b"{'a': 1}", b'{"a" 1}',
    b"{}{}", b"\x00", b"\xff\xfe", b'{"text": "\xff"}', b"NaN", b"[" * 30_000, b'{"a":' * 5_000,
    b"-" * 100, b"9" * 5_000, b'{"text": 1e999999}', b"text=a", b"<xml/>", b'{"text": "a",}',
]  # fmt: skip
MISFITS: list[object] = [
    None, True, 0, -1, 1e300, [], ["a"], {}, {"a": {}}, [[]], "\x00", "a\x00b", "\ud800", "\udfff\ud800", 10**400,
    float("nan"), float("inf"), float("-inf"),
]  # fmt: skip


def assert_worded(answer: TestResponse, statuses: set[int]) -> None:
    payload = answer.get_json()
    assert answer.status_code in statuses, payload
    assert set(payload) == {"error", "hint"}
    assert payload["error"]


@pytest.mark.parametrize("body", BROKEN, ids=lambda body: repr(body[:12]))
def test_what_is_no_json_object_is_refused(body: bytes, app: Flask, run: StandIn) -> None:
    for route in WITH_BODY:
        answer = Client(app).call(route.method, path_of(route), data=body, content_type="application/json")
        assert_worded(answer, {400})
    assert run.requests == []
    assert run.asked == []


def test_fields_that_do_not_fit_are_named(app: Flask, run: StandIn) -> None:
    tried = 0
    for route in WITH_BODY:
        assert route.body is not None
        good = BODIES[route.body.__name__]
        for field in good:
            for misfit in MISFITS:
                if isinstance(good[field], float) and misfit in (0, -1, 1e300):
                    continue
                payload = json.dumps({**good, field: misfit})
                answer = Client(app).call(route.method, path_of(route), data=payload)
                assert_worded(answer, {400})
                assert field in answer.get_json()["error"] or "JSON" in answer.get_json()["error"]
                tried += 1
    assert tried > 100
    assert run.requests == []


@pytest.mark.parametrize("route", WITH_BODY, ids=lambda route: route.path)
def test_missing_and_unknown_fields_are_named(route: Endpoint, app: Flask, run: StandIn) -> None:
    assert route.body is not None
    good, path = BODIES[route.body.__name__], path_of(route)
    extra = Client(app).call(route.method, path, json={**good, "surprise": 1})
    assert_worded(extra, {400})
    assert "surprise" in extra.get_data(as_text=True)
    if route.method != "DELETE":
        assert_worded(Client(app).call(route.method, path, json={}), {400})
    assert run.requests == []


def nested() -> SearchStrategy[object]:
    plain = some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=20)
    return some.recursive(
        plain,
        lambda inner: (
            some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=8), inner, max_size=3)
        ),
        max_leaves=8,
    )


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(body=nested(), number=some.integers(0, len(WITH_BODY) - 1))
def test_no_json_at_all_upsets_the_server(body: object, number: int, app: Flask) -> None:
    route = WITH_BODY[number]
    answer = Client(app).call(route.method, path_of(route), data=json.dumps(body))
    assert answer.status_code in {200, 400, 503}
    assert answer.is_json


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(name=some.sampled_from(["lines", "after", "grep", "query"]), value=some.text(max_size=30))
def test_no_query_upsets_the_server(name: str, value: str, app: Flask) -> None:
    for path in ("/api/services/haproxy/log", "/api/run/events", "/api/metrics"):
        answer = Client(app).call("GET", path, query_string={name: value.encode("utf-8", "surrogatepass")})
        assert answer.status_code in {200, 400}
        assert answer.is_json


@pytest.mark.parametrize("value", ["", "x", "1.5", "0x10", "1e3", "9" * 5000, "--1", "null", "\u0661x"])
def test_numbers_that_are_none_are_named(value: str, app: Flask) -> None:
    answer = Client(app).call("GET", "/api/run/events", query_string={"after": value})
    assert_worded(answer, {400})
    assert "after" in answer.get_data(as_text=True)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(words=some.text(max_size=20))
def test_no_path_upsets_the_server(words: str, app: Flask) -> None:
    quoted = words.encode("utf-8", "surrogatepass").hex("%")
    for start in ("/api/services/", "/api/clients/", "/api/lb/changes/", "/"):
        answer = Client(app).call("GET", f"{start}%{quoted}" if quoted else start)
        assert answer.status_code in {200, 303, 308, 404, 405}


def test_a_body_over_the_limit_is_refused(app: Flask, run: StandIn) -> None:
    fits = json.dumps({"text": "x" * (MOST_BODY_BYTES - 20)})
    assert Client(app).call("POST", "/api/run/notes", data=fits).status_code == 200
    answer = Client(app).call("POST", "/api/run/notes", data=json.dumps({"text": "x" * MOST_BODY_BYTES}))
    assert_worded(answer, {413})
    assert len(run.requests) == 1


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nowhere", 404), ("GET", "/api", 404), ("GET", "/api/run/", 404), ("GET", "/api/../etc/passwd", 404),
     ("PUT", "/api/run", 405), ("POST", "/api/run", 405), ("DELETE", "/api/services", 405), ("BREW", "/api/run", 405)],
)  # fmt: skip
def test_unknown_routes_and_methods_are_worded(method: str, path: str, status: int, app: Flask) -> None:
    assert_worded(Client(app).call(method, path), {status})


def test_refusals_and_failures_have_their_status(app: Flask) -> None:
    refused = Client(app).call("GET", "/api/run/debrief")
    assert_worded(refused, {409})
    assert refused.json == {"error": "the run is not over yet", "hint": "danceoff resolve, or exit"}
    assert_worded(Client(app).call("POST", "/api/lb/apply", json={"message": "m"}), {503})
    assert_worded(Client(app).call("POST", "/api/services/auth1/actions", json={"action": "eat"}), {400})


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), StorageFailed("disk full")])
def test_a_failing_machine_is_the_platforms_fault(
    error: Exception, app: Flask, run: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> RunView:
        raise error

    monkeypatch.setattr(run, "view", fail)
    assert_worded(Client(app).call("GET", "/api/run"), {503})


def test_what_nobody_foresaw_goes_to_the_runs_log_and_not_to_the_terminal(
    app: Flask, run: StandIn, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def fail() -> RunView:
        raise ZeroDivisionError("nobody foresaw this")

    monkeypatch.setattr(run, "view", fail)
    assert_worded(Client(app).call("GET", "/api/run"), {500})
    assert "nobody foresaw this" in (run.root / "logs" / "api.log").read_text()
    assert capfd.readouterr() == ("", "")


def test_many_at_once_are_all_answered(app: Flask, run: StandIn) -> None:
    def write() -> None:
        for _ in range(20):
            assert Client(app).call("POST", "/api/run/notes", json={"text": "n"}).status_code == 200

    threads = [threading.Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert len(run.requests) == 160
