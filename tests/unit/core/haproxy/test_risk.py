from __future__ import annotations

import pytest

from game.core.haproxy.configuration import parse
from game.core.haproxy.difference import differences
from game.core.haproxy.risk import Risk, RiskClass, risk
from tests.unit.core.haproxy.test_difference import EDITS, SOBER, Edit


def change(old: str, new: str) -> RiskClass:
    assert SOBER.count(old) == 1
    return risk(differences(parse(SOBER), parse(SOBER.replace(old, new))))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("    default_backend be_auth\n", "    default_backend be_old\n", Risk.ROUTING),
        ("127.0.0.1:18203", "127.0.0.1:18206", Risk.ROUTING),
        ("    server a3 127.0.0.1:18203 cookie c3\n", "", Risk.ROUTING),
        ("cookie c3", "cookie c3 weight 1", Risk.ROUTING),
        ("cookie SRVID insert", "cookie OTHER insert", Risk.PERSISTENCE),
        ("cookie c3", "cookie c2", Risk.PERSISTENCE),
        ("expire 60s", "expire 61s", Risk.PERSISTENCE),
        ("ssl-min-ver TLSv1.2", "ssl-min-ver TLSv1.3", Risk.TLS),
        ("alpn h2,http/1.1", "alpn http/1.1", Risk.TLS),
        ("sni str(auth.internal)", "sni str(other.internal)", Risk.TLS),
        ("maxconn 1500", "maxconn 20", Risk.LIMITS),
        ("maxconn 60", "maxconn 1", Risk.LIMITS),
        ("nbthread 2\n", "nbthread 2\n    tune.bufsize 16384\n", Risk.LIMITS),
        ("expect status 200", "expect status 201", Risk.CHECKS),
        ("default-server check inter", "default-server inter", Risk.CHECKS),
        ("timeout server 10s", "timeout server 1s", Risk.TIMEOUTS),
        ("retries 3", "retries 2", Risk.TIMEOUTS),
        ("gt 150", "gt 20", Risk.ACCESS),
        ("acl is_login path /login", "acl is_login path /log", Risk.ACCESS),
        ("    option forwardfor\n", "", Risk.REQUESTS),
        ("X-Tenant", "X-Client", Risk.REQUESTS),
        ("http-reuse safe", "http-reuse never", Risk.OTHER),
    ],
)
def test_what_users_may_feel_is_risky(old: str, new: str, expected: Risk) -> None:
    found = change(old, new)
    assert found.is_risky
    assert found.risks == (expected,)
    assert all(reason.difference for reason in found.reasons)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("    retries 3\n", "    retries 3 # three times\n"),
        ("    option httplog\n", "    option tcplog\n"),
        ("    option httplog\n", '    log-format "%ci %r"\n'),
        ("    option httplog\n", "    option httplog\n    option dontlognull\n"),
        ("    maxconn 1500\n", "    maxconn 1500\n    capture request header User-Agent len 64\n"),
        ("    maxconn 1500\n", "    maxconn 1500\n    http-request set-header X-Request-ID %[uuid()]\n"),
        ("    maxconn 1500\n", "    maxconn 1500\n    description the public edge\n"),
        ("local0", "local1"),
    ],
)
def test_what_only_people_see_is_not_risky(old: str, new: str) -> None:
    found = change(old, new)
    assert not found.is_risky
    assert found.risks == ()


def test_nothing_is_not_risky() -> None:
    assert not risk(()).is_risky


@pytest.mark.parametrize("edit", EDITS, ids=[edit.name for edit in EDITS])
def test_every_fault_is_risky(edit: Edit) -> None:
    found = risk(differences(parse(SOBER), parse(edit.apply(SOBER))))
    assert found.is_risky == ("only people see" not in edit.name)
