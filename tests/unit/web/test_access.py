"""Only who holds the run's token may call, and no page of another origin or host name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from game.web.routes import ROUTES
from tests.unit.web.client import BASE, Client

if TYPE_CHECKING:
    from flask import Flask

    from game.web.endpoint import Endpoint
    from tests.unit.web.stand_in import StandIn

CLOSED = [route for route in ROUTES if not route.open_to_all]


@pytest.mark.parametrize("route", CLOSED, ids=lambda route: f"{route.method} {route.path}")
@pytest.mark.parametrize(
    "authorization",
    [None, "", "Bearer", "Bearer ", "Bearer wrong", "Basic a-token-of-this-run", "Bearer a-token-of-this-ru",
     "Bearer a-token-of-this-run2", "a-token-of-this-run", "Bearer t\u00f6ken", "bearer  a-token-of-this-run"],
)  # fmt: skip
def test_without_the_token_nothing_happens(
    route: Endpoint, authorization: str | None, app: Flask, run: StandIn
) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    answer = Client(app, headers=headers).call(route.method, route.path, json={})
    assert answer.status_code == 401
    assert answer.json is not None
    assert set(answer.json) == {"error", "hint"}
    assert run.asked == []
    assert run.requests == []


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_with_the_token_one_may_ask(scheme: str, app: Flask) -> None:
    client = Client(app, headers={"Authorization": f"{scheme} a-token-of-this-run"})
    assert client.call("GET", "/api/run").status_code == 200


def test_health_is_open_and_tells_no_secret(app: Flask) -> None:
    answer = Client(app, headers={}).call("GET", "/api/health")
    assert answer.status_code == 200
    assert b"token" not in answer.data


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:4711", "127.0.0.1.evil.example", "10.0.0.1", "0.0.0.0:4711", "[::2]:80"]
)  # fmt: skip
def test_other_host_names_are_refused(host: str, app: Flask, run: StandIn) -> None:
    answer = Client(app).call("POST", "/api/run/hints", headers={"Host": host})
    assert answer.status_code == 421
    assert run.requests == []


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:1", "localhost:4711", "[::1]", "[::1]:4711"])
def test_names_of_this_machine_are_taken(host: str, app: Flask) -> None:
    assert Client(app).call("GET", "/api/run", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://127.0.0.1:4712", "https://127.0.0.1:4711", "file://", ""]
)  # fmt: skip
def test_pages_of_other_origins_are_refused(origin: str, app: Flask, run: StandIn) -> None:
    answer = Client(app).call("POST", "/api/run/hints", headers={"Origin": origin})
    assert answer.status_code == 403
    assert run.requests == []


def test_our_own_origin_is_taken(app: Flask) -> None:
    assert Client(app).call("POST", "/api/run/hints", headers={"Origin": BASE}).status_code == 200


@pytest.mark.parametrize(("site", "status"), [
    ("cross-site", 403), ("same-site", 403), ("what-is-this", 403), ("same-origin", 200), ("none", 200),
])  # fmt: skip
def test_what_browsers_say_of_the_site_counts(site: str, status: int, app: Flask) -> None:
    assert Client(app).call("GET", "/api/run", headers={"Sec-Fetch-Site": site}).status_code == status


def test_answers_are_not_kept_framed_or_guessed(app: Flask) -> None:
    headers = Client(app).call("GET", "/api/run").headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["Referrer-Policy"] == "same-origin"
