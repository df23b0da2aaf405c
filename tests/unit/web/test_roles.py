"""Deny by default: the table of routes and roles is the application's own URL map, and every row of it is held to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

import pytest

from game.web.failures import MOST_FAILURES, Failures
from game.web.house import ANYBODY, Principal, Role
from game.web.page import Page
from game.web.site import Site
from game.web.solo import SoloHouse, solo_app
from tests import journals
from tests.unit.web.recorded import RecordedRun

if TYPE_CHECKING:
    from pathlib import Path

    from werkzeug.test import TestResponse

    from game.director.performance import Performance
    from game.web.app import Web

BASE = "http://127.0.0.1:4711"
OPEN_TO_ALL = {
    "/", "/join", "/leave", "/api/health", "/api/openapi.json", "/static/<path:filename>", "/style/tokens.css",
    "/style/report.css",
}  # fmt: skip


@pytest.fixture
def site(tmp_path: Path) -> Web:
    run = RecordedRun(root=tmp_path, journal=journals.relapse(), until_ms=205_000)
    return solo_app(cast("Performance", run), "the-token", "the-key")


def call(app: Web, method: str, path: str, credential: str = "", **words: str) -> TestResponse:
    headers = {"Accept": "text/html", **words}
    if credential:
        headers["Authorization"] = f"Bearer {credential}"
    return app.test_client().open(filled(path), method=method, base_url=BASE, headers=headers)


def filled(path: str) -> str:
    return re.sub(r"<[\w:]+>", "haproxy.cfg", path)


def test_the_table_is_the_url_map(site: Web) -> None:
    served = {
        (method, rule.rule)
        for rule in site.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert served == set(site.table)


def test_what_everybody_may_see_is_a_short_list(site: Web) -> None:
    assert {path for (_, path), roles in site.table.items() if Role.SPECTATOR in roles} == OPEN_TO_ALL


def test_nobody_gets_in_without_a_credential(site: Web) -> None:
    for (method, path), roles in site.table.items():
        if Role.SPECTATOR not in roles:
            assert call(site, method, path).status_code == 401, (method, path)
            assert call(site, method, path, "").headers["Content-Security-Policy"].startswith("default-src")


def test_other_roles_are_turned_away(site: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    for role in (Role.FACILITATOR, Role.SPECTATOR):
        monkeypatch.setattr(
            SoloHouse, "who", lambda _self, _credential, role=role: Principal(role=role, team="solo")
        )
        for (method, path), roles in site.table.items():
            if role not in roles:
                assert call(site, method, path, "something").status_code == 403, (method, path)


def test_a_route_that_is_not_in_the_table_is_refused(site: Web) -> None:
    site.add_url_rule("/forgotten", endpoint="forgotten", view_func=lambda: "secret")
    for credential in ("", "the-token"):
        answer = call(site, "GET", "/forgotten", credential)
        assert answer.status_code == 403
        assert b"secret" not in answer.data


def test_the_team_comes_from_the_credential(site: Web) -> None:
    answer = call(site, "GET", "/api/run?team=other", "the-token")
    assert answer.json is not None
    assert answer.json["run"] == "standin1"


def test_the_key_becomes_a_cookie_and_the_cookie_lets_in(site: Web) -> None:
    client = site.test_client()
    joined = client.get("/join?code=the-key", base_url=BASE)
    assert (joined.status_code, joined.location) == (303, "/team")
    cookie = joined.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert client.get("/team", base_url=BASE, headers={"Accept": "text/html"}).status_code == 200
    assert client.post("/leave", base_url=BASE).status_code == 303
    assert client.get("/team", base_url=BASE, headers={"Accept": "text/html"}).status_code == 401


def test_failures_count_and_successes_do_not(site: Web) -> None:
    client = site.test_client()
    for _ in range(200):
        assert client.get("/join?code=the-key", base_url=BASE).status_code == 303
    for _ in range(MOST_FAILURES):
        assert client.get("/join?code=wrong", base_url=BASE).status_code == 403
    limited = client.get("/join?code=the-key", base_url=BASE)
    assert limited.status_code == 429
    assert int(limited.headers["Retry-After"]) > 0
    # Who is in already is not shut out by what others at the same address try.
    assert call(site, "GET", "/api/run", "the-token").status_code == 200


def test_addresses_are_counted_apart_and_networks_of_ipv6_together() -> None:
    failures = Failures(most=2)
    for address in ("10.0.0.1", "10.0.0.1", "2001:db8:1:2::1", "2001:db8:1:2:ffff::9"):
        failures.count(address)
    assert failures.wait_s("10.0.0.1")
    assert failures.wait_s("2001:db8:1:2::77")
    assert not failures.wait_s("10.0.0.2")
    assert not failures.wait_s("2001:db8:1:3::1")


def test_following_a_link_from_elsewhere_is_fine_but_nothing_else(site: Web) -> None:
    elsewhere = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    assert call(site, "GET", "/join", **elsewhere).status_code == 200
    assert call(site, "POST", "/join", **elsewhere).status_code == 403
    assert call(site, "GET", "/api/health", **elsewhere).status_code == 403
    assert call(site, "POST", "/team/hints", "the-token", Origin="http://127.0.0.1:1").status_code == 403


def test_names_given_by_flag_are_answered(tmp_path: Path) -> None:
    assert "floor.example.test" in Site(log=tmp_path / "l", names=frozenset({"floor.example.test"})).hosts


def test_a_page_needs_a_role_to_be_open() -> None:
    assert Page(method="GET", path="/x", view=lambda _visit: "").roles != ANYBODY
