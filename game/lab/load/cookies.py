"""A browser's cookies: what it was given, and what it gives back, by the rules of RFC 6265 (host, path, secure)."""

from __future__ import annotations

import time
from email.message import Message
from http.cookiejar import Cookie, CookieJar
from math import inf
from typing import TYPE_CHECKING
from urllib.request import Request

if TYPE_CHECKING:
    from collections.abc import Iterable

# No browser stores a cookie of more than 4096 bytes, so that many bytes come as several.
LARGEST_COOKIE = 3000


class Answered(Message):
    """The headers of an answer, in the shape that http.cookiejar reads."""

    def info(self) -> Message:
        return self


class Cookies:
    """One browser's cookies for one public name; `ballast` bytes of other people's cookies are there from the start."""

    def __init__(self, host: str, ballast: int = 0) -> None:
        self._host = host
        self._jar = CookieJar()
        # What goes with a request to a path changes only when an answer sets something, or a cookie expires.
        self._headers: dict[str, str] = {}
        self._until_s = inf
        for number, begin in enumerate(range(0, ballast, LARGEST_COOKIE)):
            size = min(LARGEST_COOKIE, ballast - begin)
            self._jar.set_cookie(_cookie(host, f"prefs{number}", "x" * size))

    def header(self, path: str) -> str:
        """Give the Cookie header for a request; empty for none."""
        if time.time() >= self._until_s:
            self._forget()
        place = path.partition("?")[0]
        if place not in self._headers:
            request = self._request(path)
            self._jar.add_cookie_header(request)
            self._headers[place] = request.get_header("Cookie") or ""
        return self._headers[place]

    def take(self, path: str, headers: Iterable[tuple[str, str]]) -> None:
        """Store what an answer sets."""
        answered = Answered()
        for name, value in headers:
            if name.lower() == "set-cookie":
                answered["Set-Cookie"] = value
        if "Set-Cookie" in answered:
            # The jar asks for nothing of the answer but its headers, whatever its declared type says.
            self._jar.extract_cookies(answered, self._request(path))  # type: ignore[arg-type]  # see above
            self._forget()

    def value(self, name: str) -> str:
        return next((cookie.value or "" for cookie in self._jar if cookie.name == name), "")

    def _forget(self) -> None:
        self._headers.clear()
        self._jar.clear_expired_cookies()
        self._until_s = min(
            (cookie.expires for cookie in self._jar if cookie.expires is not None), default=inf
        )

    def _request(self, path: str) -> Request:
        return Request(f"https://{self._host}{path}")


def _cookie(host: str, name: str, value: str) -> Cookie:
    return Cookie(
        version=0,
        name=name,
        value=value,
        port=None,
        port_specified=False,
        domain=host,
        domain_specified=False,
        domain_initial_dot=False,
        path="/",
        path_specified=True,
        secure=True,
        expires=None,
        discard=True,
        comment=None,
        comment_url=None,
        rest={},
    )
