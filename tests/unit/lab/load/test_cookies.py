from __future__ import annotations

import time
from typing import TYPE_CHECKING

from game.lab.load.cookies import Cookies

if TYPE_CHECKING:
    import pytest

HOST = "login.example.test"


def test_what_is_set_comes_back_until_it_is_deleted() -> None:
    cookies = Cookies(HOST)
    cookies.take(
        "/login", [("Set-Cookie", "SRVID=a1; path=/; HttpOnly; Secure"), ("set-cookie", "session=s; Path=/")]
    )
    assert cookies.header("/session") in {"SRVID=a1; session=s", "session=s; SRVID=a1"}
    cookies.take(
        "/logout", [("Set-Cookie", "session=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/")]
    )
    assert cookies.header("/session") == "SRVID=a1"
    assert cookies.value("SRVID") == "a1"


def test_a_cookie_for_another_path_or_another_host_does_not_come_back() -> None:
    cookies = Cookies(HOST)
    cookies.take(
        "/login", [("Set-Cookie", "a=1; Path=/admin"), ("Set-Cookie", "b=2; Path=/; Domain=example.org")]
    )
    assert cookies.header("/session") == ""


def test_ballast_is_of_the_size_asked_for_in_cookies_a_browser_would_store() -> None:
    header = Cookies(HOST, 9000).header("/login")
    assert header.count("x") == 9000
    assert max(len(cookie) for cookie in header.split("; ")) < 4096


def test_a_cookie_that_has_expired_does_not_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    cookies = Cookies(HOST)
    cookies.take("/login", [("Set-Cookie", "a=1; Path=/; Max-Age=60"), ("Set-Cookie", "b=2; Path=/")])
    assert cookies.header("/session?nonce=1") == cookies.header("/session?nonce=2")
    assert "a=1" in cookies.header("/session")
    later = time.time() + 61
    monkeypatch.setattr(time, "time", lambda: later)
    assert cookies.header("/session") == "b=2"
