"""Sober lines pass, hostile ones do not, however they are spelled."""

from __future__ import annotations

import random
import re

import pytest

from game.core.haproxy.allowed import Violation, allowed
from game.core.haproxy.canonical import canonical_text
from game.core.haproxy.configuration import parse
from tests.unit.core.haproxy.hostile import HOSTILE, rows
from tests.unit.core.haproxy.test_canonical import SOBER, STACK, neutral
from tests.unit.core.haproxy.test_difference import EDITS, Edit

FILES = frozenset(f"certs/{name}.pem" for name in ("edge", "tenant", "ca", "old")) | {"maps/tenants.map"}
FILES |= frozenset(f"errors/{name}.http" for name in ("403", "429", "502", "503", "504", "ok"))
LAB = frozenset({"lab"})


def violations(text: str) -> tuple[Violation, ...]:
    return allowed(parse(text), files=FILES, resolvers=LAB)


def test_there_are_enough_hostile_configurations() -> None:
    assert len(set(HOSTILE)) == len(HOSTILE) >= 60


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text.strip().split("\n")[-1].strip()[:60])
def test_hostile_configurations_are_refused(text: str) -> None:
    found = violations(text)
    assert found
    assert all(violation.what and violation.remedy for violation in found)
    assert all(0 <= violation.line <= text.count("\n") for violation in found)


@pytest.mark.parametrize("text", HOSTILE[:-10], ids=lambda text: text.strip().split("\n")[-1].strip()[:60])
def test_no_spelling_of_them_passes(text: str) -> None:
    chance = random.Random(text)  # noqa: S311 - a reproducible choice
    spelled = []
    for line in parse(text).lines:
        words = []
        for index, word in enumerate(line.words):
            if any(each.index == index for each in line.expansions) or not word:
                words.append(word or "''")
                continue
            at = chance.randrange(len(word))
            tail = "'" + word[at + 1 :].replace("'", "'\\''") + "'" if word[at + 1 :] else ""
            words.append(
                f"'{word[:at]}'\\x{ord(word[at]):02x}{tail}".replace("''", "")
                if at
                else f"\\x{ord(word[at]):02x}{tail}"
            )
        spelled.append(" " + "\t".join(words))
    head = text.split("\n", 1)[0]
    assert violations(head + "\n" + "\n".join(spelled) + "\n")


def test_sober_configurations_pass() -> None:
    assert violations(SOBER) == ()
    assert violations(STACK) == ()
    assert violations(canonical_text(parse(STACK))) == ()
    assert violations("") == ()
    for seed in range(20):
        assert violations(neutral(STACK, seed)) == ()


@pytest.mark.parametrize("edit", EDITS, ids=[edit.name for edit in EDITS])
def test_every_fault_is_allowed_but_a_misspelt_one(edit: Edit) -> None:
    found = violations(edit.apply(SOBER))
    assert [violation.what for violation in found] == (["`verfy`"] if edit.name == "misspelt option" else [])


SOBER_LINES = """
acl is_api path_beg -i /api /v2
acl from_office src 203.0.113.0/24 2001:db8::/32
acl busy sc0_http_req_rate(st_login) gt 20
acl known req.hdr(host),lower,map_str(maps/tenants.map) -m found
acl bot req.hdr(User-Agent) -m sub -i bot crawl
acl listed req.hdr(host) -f maps/tenants.map
http-request deny status 429 content-type text/plain string "slow down" hdr Retry-After 5 if busy !is_api or { src 10.0.0.0/8 }
http-request return status 200 content-type application/json lf-string '{"at":"%[date]"}' if { path /ping }
http-request redirect scheme https code 301 unless { ssl_fc }
http-request redirect location https://%[req.hdr(host)]%[pathq] code 302 if !is_api
http-request replace-header Cookie (.*)SRVID=[^;]*(.*) \\1\\2
http-request replace-path /(.*)e(.*) /\\1\\2
http-request set-header X-Real-IP %[src]
http-request add-header Via %{+Q}[req.ver]
http-request set-var(txn.key) src,ipmask(24),concat(-,txn.path)
http-request unset-var(txn.key)
http-request sc-inc-gpc0(0) if busy
http-request wait-for-body time 1s at-least 1k
http-request tarpit deny_status 429 if busy
http-request set-timeout server 20s if is_api
http-request disable-l7-retry if is_api
http-request use-service prometheus-exporter if { path /metrics }
http-request track-sc1 src,crc32,mod(100) table st_login
http-request set-src req.hdr_ip(CDN-Client-IP)
http-request silent-drop if { src,crc32,mod(100) lt 10 }
http-response set-status 503 reason "not now" if { status 500 }
http-response del-header Server
http-response del-header X- -m beg
http-after-response set-header Strict-Transport-Security max-age=31536000
tcp-request connection reject if { src_conn_cur(st_login) gt 6 }
tcp-request inspect-delay 5s
tcp-request content accept if { req.ssl_hello_type 1 }
use_backend be_%[req.hdr(host),lower,map(maps/tenants.map,none)]
use_backend be_old if { rand(100) lt 30 }
balance hash req.hdr(X-User)
balance uri depth 3
hash-type consistent djb2 avalanche
cookie SRVID insert indirect nocache httponly secure domain .example.test maxidle 30m attr SameSite=Lax
stick-table type string len 64 size 100k expire 30m store gpc0,http_req_rate(10s),conn_cur
stick store-response res.cook(session)
stick match req.cook(session)
option httpchk GET /healthz
option httpchk /healthz
option httpchk
no option redispatch
no log
log 127.0.0.1:5514 local0 info
log global
log-format "%ci %[capture.req.hdr(0)] %{+Q}r"
http-check expect ! rstatus ^5
http-check expect status 200-299,304
http-check connect ssl sni auth.internal alpn http/1.1
timeout tunnel 1h
errorfile 503 errors/503.http
retry-on conn-failure empty-response 503
force-persist if { path /debug }
option forwardfor except 127.0.0.0/8 header X-Client
rate-limit sessions 100
fullconn 100
capture request header User-Agent len 64
monitor-uri /alive
monitor fail if { nbsrv(be_auth) lt 1 }
compression algo gzip
compression type text/html application/json
description "what this is for"
default-server inter 1s fall 3 rise 2 slowstart 10s on-marked-down shutdown-sessions
server s 127.0.0.1:8000 check weight 10 cookie s track b/other
server s [::1]:8000 ssl verify none alpn h2 check-alpn http/1.1
server s auth1.lab.test:8000 check resolvers lab init-addr none resolve-prefer ipv4
server-template s 1-4 127.0.0.1:8000 check
"""


@pytest.mark.parametrize("row", rows(SOBER_LINES))
def test_what_trainees_may_need_passes(row: str) -> None:
    assert violations(f"listen l\n {row}\n") == ()


def test_a_name_with_resolvers_may_take_its_options_from_default_servers() -> None:
    text = "defaults\n default-server resolvers lab\nbackend b\n default-server init-addr none\n server s a.lab.test:8000\n"
    assert violations(text) == ()
    assert len(violations(text.replace(" default-server init-addr none\n", ""))) == 1
    below = "backend b\n server s a.lab.test:8000\n default-server resolvers lab init-addr none\n"
    assert [violation.line for violation in violations(below)] == [2]
    assert allowed(parse(text), files=FILES), "no resolvers of the stack"


def test_ports_can_be_limited_to_the_stacks() -> None:
    text = "listen l\n bind 127.0.0.1:8000\n server s 127.0.0.1:9000 check port 9001\n"
    assert allowed(parse(text), files=FILES, ports=frozenset({8000, 9000, 9001})) == ()
    found = allowed(parse(text), files=FILES, ports=frozenset({8000, 9001}))
    assert [(violation.line, violation.what) for violation in found] == [(3, "the port 9000")]


def test_a_violation_says_line_and_remedy() -> None:
    (found,) = violations("global\n maxconn 10\n lua-load x\n")
    assert str(found) == "line 3: `lua-load` in this section is not allowed here (remove the line)"
    assert re.fullmatch(r"line \d+: .+ \(.+\)", str(found))
