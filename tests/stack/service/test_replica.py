"""The HTTP behaviour of one replica, as a client and HAProxy meet it."""

from __future__ import annotations

import base64
import json
import time
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from tests.stack.service.speaking import Answer, Client, Zygote

pytestmark = pytest.mark.stack


def decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


@pytest.fixture
def claims(signing_key: Ed25519PrivateKey) -> Callable[[str], dict[str, Any]]:
    """Verify a token's signature with the public key alone and return its claims."""

    def verify(token: str) -> dict[str, Any]:
        header, payload, signature = token.split(".")
        assert json.loads(decoded(header))["alg"] == "EdDSA"
        signing_key.public_key().verify(decoded(signature), f"{header}.{payload}".encode())
        found: dict[str, Any] = json.loads(decoded(payload))
        return found

    return verify


@pytest.fixture
def client(zygote: Zygote) -> Client:
    zygote.start("auth1")
    return zygote.client("auth1")


def cookie(answer: Answer) -> str:
    return answer.headers["set-cookie"].partition(";")[0]


def test_browser_signs_in_asks_refreshes_and_leaves(
    client: Client, claims: Callable[[str], dict[str, Any]]
) -> None:
    login = client.login(nonce="first", Origin="https://login.example.test")
    assert login.status == 200
    assert login.json().keys() == {"id_token", "refresh_token"}
    assert {"Secure", "HttpOnly", "Path=/"} <= set(login.headers["set-cookie"].split("; ")[1:])
    found = claims(login.json()["id_token"])
    assert abs(found.pop("iat") - time.time()) < 10
    assert found == {"iss": "auth", "aud": "login.example.test", "sub": "ann", "nonce": "first"}

    session = client.send("GET", "/session?nonce=second", Cookie=cookie(login))
    assert session.status == 200
    assert session.json()["user"] == "ann"
    assert claims(session.json()["id_token"])["nonce"] == "second"

    used = {"refresh_token": login.json()["refresh_token"], "nonce": "third"}
    refreshed = client.send("POST", "/refresh", used)
    assert refreshed.status == 200
    assert claims(refreshed.json()["id_token"])["nonce"] == "third"
    assert client.send("POST", "/refresh", used).status == 401

    last = refreshed.json()["refresh_token"]
    assert client.send("POST", "/logout", {"refresh_token": last}, Cookie=cookie(login)).status == 204
    assert client.send("GET", "/session?nonce=fourth", Cookie=cookie(login)).status == 401
    assert client.send("POST", "/refresh", {"refresh_token": last, "nonce": "fifth"}).status == 401


def test_app_carries_a_bearer_token_that_every_replica_knows(
    zygote: Zygote, client: Client, claims: Callable[[str], dict[str, Any]]
) -> None:
    login = client.login(X_Client="app")
    assert login.json().keys() == {"id_token", "refresh_token", "access_token"}
    assert "set-cookie" not in login.headers
    zygote.start("auth2")
    bearer = f"Bearer {login.json()['access_token']}"
    session = zygote.client("auth2").send("GET", "/session?nonce=n2", Authorization=bearer)
    assert claims(session.json()["id_token"])["sub"] == "ann"
    id_token = f"Bearer {login.json()['id_token']}"
    assert client.send("GET", "/session?nonce=n3", Authorization=id_token).status == 401
    assert client.send("GET", "/session?nonce=n3", Authorization=bearer[:-6] + "AAAAAA").status == 401


def test_web_session_is_known_to_its_own_replica_only(zygote: Zygote, client: Client) -> None:
    zygote.start("auth2")
    login = client.login()
    assert zygote.client("auth2").send("GET", "/session?nonce=n", Cookie=cookie(login)).status == 401
    assert client.send("GET", "/session?nonce=n", Cookie=cookie(login)).status == 200


def test_wrong_password_and_unknown_user_are_told_alike(client: Client) -> None:
    wrong = [
        client.send("POST", "/login", {"username": name, "password": "wrong", "nonce": "n"})
        for name in ("ann", "nobody")
    ]
    assert [answer.status for answer in wrong] == [401, 401]
    assert wrong[0].body == wrong[1].body


def test_long_password_takes_longer_and_is_right(client: Client) -> None:
    started = time.monotonic()
    assert client.login("long").status == 200
    assert 0.65 < time.monotonic() - started < 2.0


def test_what_the_load_balancer_says_is_checked(client: Client) -> None:
    plain = client.login(X_Forwarded_Proto="")
    assert (plain.status, plain.headers["location"]) == (301, "https://login.example.test/login")
    assert client.login(Host="auth.internal").status == 403
    assert client.login(Origin="https://evil.example").status == 403
    assert client.login(Origin="http://login.example.test").status == 403
    assert client.login("carl").json() == {"error": "wrong tenant"}
    assert client.login("carl", X_Tenant="other").status == 403
    acme = client.login(
        "carl", Host="acme.example.test:20443", X_Tenant="acme", Origin="https://acme.example.test:20443"
    )
    assert acme.status == 200
    assert client.login(X_Tenant="default").status == 200
    assert client.send("GET", "/healthz", X_Forwarded_Proto="", Host="").json() == {"status": "ok"}


def test_logins_are_limited_per_client_address(client: Client) -> None:
    bad = {"username": "ann", "password": "wrong", "nonce": "n"}
    started = time.monotonic()
    first = [
        client.send("POST", "/login", bad, X_Forwarded_For="1.2.3.4, 198.18.5.5").status for _ in range(26)
    ]
    assert time.monotonic() - started < 5
    assert first == [401] * 25 + [429]
    assert client.login(X_Forwarded_For="198.18.5.6").status == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b"\xff\xfe", 400),
        (b"[" * 60_000, 400),
        (b'{"username": 1, "password": "p", "nonce": "n"}', 400),
        (b'{"username": "a\\u0000b", "password": "p", "nonce": "n"}', 400),
        (b'{"username": "ann", "password": "\\ud800", "nonce": "n"}', 400),
        (b'{"username": "ann", "password": "p"}', 400),
        (b'{"username": "ann", "password": "p", "nonce": ' + b"1" * 5000 + b"}", 400),
        (b'{"username": "ann", "password": "' + b"p" * 70_000 + b'", "nonce": "n"}', 413),
        (b"x" * 200_000, 413),
    ],
)
def test_bad_bodies_are_refused_in_words(zygote: Zygote, client: Client, body: bytes, status: int) -> None:
    answer = client.send("POST", "/login", body)
    assert answer.status == status
    assert b"Traceback" not in answer.body
    assert client.login().status == 200
    assert "Traceback" not in zygote.log("auth1")


def test_large_requests_of_honest_users_pass(client: Client) -> None:
    password = {"username": "ann", "password": "correct horse", "nonce": "n"}
    assert client.send("POST", "/login", {**password, "assertion": "s" * 12_000}).status == 200
    assert client.login(Cookie="large=" + "c" * 9_000).status == 200


def test_unknown_paths_and_methods_are_json(client: Client) -> None:
    assert client.send("GET", "/nowhere").json() == {"error": "not found"}
    assert client.send("GET", "/login").status == 405
    assert client.send("GET", "/session").status == 400


def test_staging_knows_nobody_real_and_legacy_fails_in_terms_of_the_database(zygote: Zygote) -> None:
    zygote.start("staging", "staging")
    zygote.start("legacy", "legacy")
    staging, legacy = zygote.client("staging"), zygote.client("legacy")
    assert staging.send("GET", "/healthz").status == legacy.send("GET", "/healthz").status == 200
    assert staging.login().status == 401
    failed = legacy.login()
    assert (failed.status, failed.json()) == (500, {"error": "user store unavailable"})
    assert legacy.send("GET", "/session?nonce=n").status == 401
    assert legacy.send("GET", "/").status == 404
    assert "ERROR users user store" in zygote.log("legacy")
    assert 'auth_logins_total{result="failed"} 1.0' in legacy.send("GET", "/metrics").body.decode()


def test_log_and_metrics_tell_of_every_request(zygote: Zygote, client: Client) -> None:
    client.login(X_Request_ID="abc-1", X_Forwarded_For="9.9.9.9, 198.18.7.7")
    client.send("GET", "/session?nonce=n", Cookie="session=x", X_Request_ID="forged line\tid")
    client.send("GET", "/healthz")
    lines = zygote.log("auth1").splitlines()
    assert " access 198.18.7.7 POST /login 200 " in lines[-2]
    assert lines[-2].endswith("ms id=abc-1")
    assert lines[-1].endswith("ms id=forged?line?id")
    exposition = client.send("GET", "/metrics").body.decode()
    assert 'auth_logins_total{result="ok"} 1.0' in exposition
    assert 'auth_requests_total{code="401",route="/session"} 1.0' in exposition
    assert "auth_sessions 1.0" in exposition


def test_overrides_delay_and_fail_an_exact_share(zygote: Zygote) -> None:
    zygote.start("auth3", login_delay_ms="100", error_share=0.25)
    client = zygote.client("auth3")
    started = time.monotonic()
    statuses = [client.login().status for _ in range(8)]
    assert time.monotonic() - started > 0.8
    assert sorted(statuses) == [200] * 6 + [500] * 2
