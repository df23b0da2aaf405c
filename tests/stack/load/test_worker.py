"""The load worker against a real HAProxy: what it sends, what it calls bad, how it ends."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest

from game.core.sampler import p95
from game.lab.load.wire import encode_plan
from tests.stack.load.edge import COHORTS, elsewhere, free_port, plan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.stack.load.edge import Edge, Loaded

pytestmark = pytest.mark.stack

HELLO = "    http-request return status 200 content-type text/plain string hello"

# 299 for what is as it should be, 418 for what is not: neither is right for a user, so the status is told.
AS_THEY_ARE = """
    acl browser req.hdr(user-agent) -m str Mozilla/5.0
    acl app req.hdr(user-agent) -m str App
    acl tenant ssl_fc_sni -m str acme.example.test
    acl named ssl_fc_sni -m str login.example.test
    http-request return status 418 unless { req.hdr(cdn-client-ip) -m found }
    http-request return status 418 if browser !{ req.hdr(origin) -m beg https:// }
    http-request return status 418 if browser { req.hdr(x-client) -m found }
    http-request return status 418 if app { req.hdr(origin) -m found }
    http-request return status 418 if app !{ req.hdr(x-client) -m str app }
    http-request return status 418 if named !{ req.hdr(host) -m str login.example.test }
    http-request return status 418 if tenant !{ req.hdr(host) -m str acme.example.test }
    http-request return status 297 if { ssl_fc_protocol TLSv1.2 }
    http-request return status 296 if tenant
    http-request return status 295 if app
    http-request return status 294 if { req.fhdr(cookie),length gt 9000 }
    http-request return status 299
"""


@pytest.fixture
def abyss() -> Iterator[int]:
    """A server that accepts connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=128) as server:
        port: int = server.getsockname()[1]
        yield port


def test_each_kind_of_user_is_what_it_claims_to_be(edge: Callable[[str], Edge], load: Loaded) -> None:
    load.driver.start(plan(edge(AS_THEY_ARE).target))
    load.heard.wait_for("150 requests", lambda: len(load.heard.outcomes) >= 150)
    seen = {cohort.name: load.heard.reasons(cohort.name) for cohort in COHORTS}
    assert seen == {
        "web": {"status-299"},
        "mobile": {"status-295"},
        "bigcookie": {"status-294"},
        "tenant": {"status-296"},
        "tls12": {"status-297"},
    }


@pytest.mark.parametrize(
    ("rules", "reason"),
    [
        (HELLO, "unsigned"),
        ("    http-request redirect code 301 location https://login.example.test/", "redirect"),
        ("    http-request deny deny_status 503", "status-503"),
        ("    http-request reject", "closed"),
    ],
)
def test_what_is_no_success_is_worded(
    edge: Callable[[str], Edge], load: Loaded, rules: str, reason: str
) -> None:
    load.driver.start(plan(edge(rules).target))
    load.heard.wait_for("40 requests", lambda: len(load.heard.outcomes) >= 40)
    assert load.heard.reasons() == {reason}


def test_an_edge_that_nobody_certified_is_not_trusted(
    edge: Callable[[str], Edge], load: Loaded, folder: Path
) -> None:
    target = edge(HELLO).target
    other = folder / "other.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        + ["-keyout", folder / "other.key", "-out", other, "-subj", "/CN=another authority"],
        check=True,
        capture_output=True,
        timeout=20,
    )
    users = plan(target)
    load.driver.start(type(users)(**{**_fields(users), "target": type(target)(**{**_fields(target), "ca": str(other)})}))
    load.heard.wait_for("40 requests", lambda: len(load.heard.outcomes) >= 40)
    assert load.heard.reasons() == {"tls"}


def test_an_edge_that_is_not_there_refuses(edge: Callable[[str], Edge], load: Loaded) -> None:
    load.driver.start(plan(elsewhere(edge(HELLO).target, free_port())))
    load.heard.wait_for("40 requests", lambda: len(load.heard.outcomes) >= 40)
    assert load.heard.reasons() == {"refused"}
