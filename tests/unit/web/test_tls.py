"""A certificate of the site's own: made once, for the right names, kept from others; a silent client keeps nobody waiting."""

from __future__ import annotations

import socket
import ssl
import stat
import urllib.request
from typing import TYPE_CHECKING, cast

import pytest

from game.errors import UsageError
from game.web.server import Listening, serve
from game.web.solo import solo_app
from game.web.tls import Certificate, self_made
from tests.unit.web.stand_in import StandIn

if TYPE_CHECKING:
    from pathlib import Path

    from game.director.performance import Performance

NAMES = frozenset({"127.0.0.1", "ball.example.test", "[::1]"})


def test_it_is_made_once_as_long_as_it_fits(tmp_path: Path) -> None:
    first = self_made(tmp_path, NAMES)
    assert stat.S_IMODE(first.key.stat().st_mode) == 0o600
    before = first.fingerprint
    assert self_made(tmp_path, NAMES).fingerprint == before
    assert len(before.split(":")) == 32
    assert self_made(tmp_path, NAMES | {"other.example.test"}).fingerprint != before


def test_a_site_speaks_tls_to_who_trusts_it_while_others_say_nothing(tmp_path: Path) -> None:
    made = self_made(tmp_path, NAMES)
    app = solo_app(cast("Performance", StandIn(root=tmp_path)), "token", "key")
    server = serve(app, Listening(tls=made))
    try:
        assert server.address.startswith("https://127.0.0.1:")
        with socket.create_connection(("127.0.0.1", server.port), timeout=20):
            context = ssl.create_default_context(cafile=str(made.chain))
            with urllib.request.urlopen(  # noqa: S310 - our own.
                f"{server.address}/api/health", timeout=20, context=context
            ) as answer:
                assert answer.status == 200
    finally:
        server.close()


def test_what_is_no_certificate_is_named(tmp_path: Path) -> None:
    wrong = tmp_path / "x.pem"
    wrong.write_text("nothing")
    app = solo_app(cast("Performance", StandIn(root=tmp_path)), "token", "key")
    with pytest.raises(UsageError, match=r"x\.pem"):
        serve(app, Listening(tls=Certificate(chain=wrong, key=wrong)))
