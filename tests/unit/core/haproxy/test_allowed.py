"""Sober lines pass, hostile ones do not, however they are spelled."""

from __future__ import annotations

import random
import re

import pytest

from game.core.haproxy.allowed import Violation, allowed
from game.core.haproxy.canonical import canonical_text
from game.core.haproxy.configuration import parse
from tests.unit.core.haproxy.test_canonical import SOBER, STACK, neutral
from tests.unit.core.haproxy.test_difference import EDITS, Edit

FILES = frozenset(f"certs/{name}.pem" for name in ("edge", "tenant", "ca", "old")) | {"maps/tenants.map"}
FILES |= frozenset(f"errors/{name}.http" for name in ("403", "429", "502", "503", "504", "ok"))
LAB = frozenset({"lab"})

HOSTILE_GLOBAL = """
lua-load evil.lua
"lua-load" evil.lua
'lua'-load evil.lua
lu\\x61-load evil.lua
lua-load-per-thread evil.lua
lua-prepend-path /tmp/?.lua
external-check
insecure-fork-wanted
insecure-setuid-wanted
setenv PATH /tmp
presetenv PATH /tmp
unsetenv PATH
resetenv
stats socket /tmp/sock level admin
stats socket 127.0.0.1:9999 level admin
stats timeout 1d
pidfile /tmp/pid
chroot /tmp
user root
group root
uid 0
gid 0
daemon
master-worker
ca-base /etc
crt-base /etc
default-path origin /etc
localpeer x
issuers-chain-path /etc
ssl-dh-param-file /etc/passwd
ssl-load-extra-files all
ssl-engine rdrand
ssl-provider legacy
ssl-provider-path /tmp
h1-case-adjust-file /etc/passwd
server-state-base /etc
server-state-file /etc/passwd
node "$HOSTNAME"
maxconn "${N-10}"
description "${HOME[*]}"
set-var proc.x env(HOME)
set-var-fmt proc.x %[env(HOME)]
unix-bind prefix /tmp
log /dev/log local0
log stdout format raw local0
log fd@2 local0
log 192.0.2.1:514 local0
log collector.example:514 local0
log tcp@127.0.0.1:514 local0
log ring@x local0
log-send-hostname "$HOME"
tune.ssl.keylog on
tune.bufsize 1000000000
tune.ssl.cachesize 100000000
tune.lua.maxmem 0
nbthread 64
maxconn 1000000
debug
expose-experimental-directives
trace h1 sink stderr
.notice "${HOME}"
.if defined(HOME)
wurfl-data-file /etc/passwd
deviceatlas-json-file /etc/passwd
httpclient.ssl.ca-file /etc/passwd
profiling.tasks on
cpu-map 1 0
"""

HOSTILE_FRONTEND = """
bind 0.0.0.0:8000
bind *:8000
bind :8000
bind :::8000
bind 192.0.2.1:8000
bind localhost:8000
bind /tmp/sock
bind unix@/tmp/sock
bind abns@sock
bind fd@3
bind sockpair@3
bind quic4@127.0.0.1:8443
bind udp@127.0.0.1:8000
bind 127.0.0.1:80
bind 127.0.0.1:8000-60000
bind 127.0.0.1:8000,127.0.0.1:8001
bind 127.0.0.1:8000,/tmp/sock
bind ipv4@127.0.0.1:8000
bind "$ADDRESS"
bind 127.0.0.1:8000 ssl crt /etc/ssl/private/key.pem
bind 127.0.0.1:8000 ssl crt ../secret.pem
bind 127.0.0.1:8000 ssl crt certs/../../secret.pem
bind 127.0.0.1:8000 ssl crt certs/other.pem
bind 127.0.0.1:8000 ssl crt certs
bind 127.0.0.1:8000 ssl crt maps/tenants.map
bind 127.0.0.1:8000 ssl crt-list certs/edge.pem
bind 127.0.0.1:8000 ssl crt certs/edge.pem ca-file /etc/passwd
bind 127.0.0.1:8000 ssl crt certs/edge.pem ca-sign-file certs/ca.pem generate-certificates
bind 127.0.0.1:8000 ssl crt certs/edge.pem tls-ticket-keys /dev/zero
bind 127.0.0.1:8000 ssl crt certs/edge.pem crl-file /etc/passwd
bind 127.0.0.1:8000 interface eth0
bind 127.0.0.1:8000 namespace other
bind 127.0.0.1:8000 expose-fd listeners
bind 127.0.0.1:8000 level admin
bind 127.0.0.1:8000 uid 0 mode 777
acl x src -f /etc/passwd
acl x path -f /etc/passwd
acl x path -f certs/edge.pem
acl x path -f ../maps/tenants.map
acl x path -i -f /dev/zero
acl x src evil.example
acl x src 10.0.0.1 evil.example
acl x hdr_ip(X) evil.example
acl x src -f maps/tenants.map
acl x env(HOME) -m found
acl x lua.f -m found
acl x req.hdr(a),map(/etc/passwd) -m found
acl x req.hdr(a),map(/dev/zero) -m found
acl x req.hdr(a),map_ip(maps/tenants.map) -m found
acl x req.hdr(a),jwt_verify(HS256,/etc/passwd) -m bool
acl x req.hdr(a),debug -m found
acl TRUE path /
acl x path -X y
http-request deny if { src -f /etc/passwd }
http-request deny if { env(HOME) -m found }
http-request deny if { path / } { req.hdr(a),map(/etc/shadow) -m found }
http-request deny if a or
http-request deny if { path /
http-request lua.action
http-request use-service lua.service
http-request use-service other
http-request set-header X %[env(HOME)]
http-request set-header X %{+Q}[env(HOME)]
http-request set-header X %[path,map(/etc/passwd)]
http-request set-header X %[path,lua.x]
http-request set-header X '%[str("a,map(/etc/passwd)")]'
http-request set-header X '%[str(]),map(/etc/passwd)]'
http-request set-header X "$HOME"
http-request set-header X "${HOME}"
http-request set-header "$HOME" x
http-request set-var(proc.x) str(a)
http-request set-var(txn.x) env(HOME)
http-request set-var-fmt(txn.x) %[env(HOME)]
http-request set-var(txn.x) src map(/etc/passwd)
http-request set-map(maps/tenants.map) %[src] x
http-request del-map(maps/tenants.map) %[src]
http-request add-acl(/etc/passwd) %[src]
http-request set-mark 1
http-request set-tos 1
http-request send-spoe-group a b
http-request do-resolve(txn.ip,lab) hdr(host)
http-request set-dst str(192.0.2.1)
http-request set-dst-port int(22)
http-request set-bandwidth-limit x
http-request return status 200 content-type text/plain file /etc/passwd
http-request return status 200 content-type text/plain lf-file /etc/passwd
http-request return status 200 content-type text/plain lf-file maps/tenants.map
http-request return status 200 content-type text/plain lf-string %[env(HOME)]
http-request return status 200 content-type application/json lf-string {"id_token":"%[url_param(nonce)]"}
http-request return status 200 content-type application/json lf-string %[req.body]
http-request return status 200 content-type application/json lf-string {"nonce":"%{+Q}[var(txn.nonce)]"}
http-request return status 200 content-type application/json lf-string {"at":"%[date]","nonce":"%HQ"}
http-request deny deny_status 200 content-type text/plain lf-string %[unique-id]
http-request return status 200 errorfile /etc/passwd
http-request return status 200 errorfile certs/edge.pem
http-request return status 200 errorfiles other
http-request return status 200 hdr X %[env(HOME)]
http-request deny errorfile ../secret.http
http-request deny '' if x
http-request track-sc0 env(HOME)
http-request track-sc0 src map(/etc/passwd)
http-request capture env(HOME) len 10
http-request redirect location http://x/%[env(HOME)]
http-response set-header X %[env(HOME)]
http-response lua.action
tcp-request content lua.action
tcp-request content set-dst str(192.0.2.1)
tcp-request connection set-mark 1
tcp-request content use-service lua.x
tcp-request content do-resolve(txn.ip,lab) str(evil.example)
use_backend %[env(HOME)]
use_backend %[path,map(/etc/passwd)]
log 192.0.2.1:514 local0
log /dev/log local0
log-format %[env(HOME)]
log-format "%[path] $HOME"
error-log-format %[path,map(/etc/passwd)]
unique-id-format %[env(HOME)]
errorfile 503 /etc/passwd
errorfile 503 ../secret.http
errorfile 503 certs/edge.pem
errorfile 503 maps/tenants.map
errorfiles other
errorloc 503 http://evil.example/
http-error status 503 content-type text/plain file /etc/passwd
http-error status 503 content-type text/plain lf-file /etc/passwd
filter spoe engine x config /etc/passwd
filter trace name x
filter fcgi-app x
filter bwlim-out x default-limit 1k default-period 1s
use-fcgi-app x
option external-check
external-check command /bin/sh
external-check path /bin
option transparent
source 192.0.2.1
dispatch 192.0.2.1:80
load-server-state-from-file global
server-state-file-name x
stats admin if TRUE
stats auth admin:admin
stats http-request allow
email-alert mailers m
declare capture "$X" len 1
monitor fail if { nbsrv(x) lt 1 } { env(A) -m found }
default timeout client
no server
.if 1
.include /etc/passwd
"""

HOSTILE_BACKEND = """
server s evil.example:443
server s 192.0.2.1:443
server s 0.0.0.0:4430
server s 127.0.0.1
server s 127.0.0.1:22
server s 127.0.0.1:+1
server s 127.0.0.1:8000-8010
server s localhost:8000
server s unix@/tmp/sock
server s /tmp/sock
server s abns@x
server s fd@3
server s "$TARGET"
server s a.lab.test:8000 resolvers lab
server s a.lab.test:8000 resolvers lab init-addr libc
server s a.lab.test:8000 resolvers lab init-addr none init-addr last,libc,none
server s a.lab.test:8000 resolvers other init-addr none
server s a.lab.test:8000 init-addr none
server s 127.0.0.1:8000 resolvers lab addr evil.example
server s 127.0.0.1:8000 addr 192.0.2.1
server s 127.0.0.1:8000 agent-check agent-addr 192.0.2.1 agent-port 2000
server s 127.0.0.1:8000 source 192.0.2.1
server s 127.0.0.1:8000 source 0.0.0.0 usesrc client
server s 127.0.0.1:8000 socks4 192.0.2.1:1080
server s 127.0.0.1:8000 redir http://evil.example
server s 127.0.0.1:8000 ssl crt /etc/ssl/private/key.pem
server s 127.0.0.1:8000 ssl ca-file /etc/passwd
server s 127.0.0.1:8000 ssl ca-file @system-ca
server s 127.0.0.1:8000 ssl crl-file certs/ca.pem
server s 127.0.0.1:8000 sni env(HOME)
server s 127.0.0.1:8000 namespace other
server s 127.0.0.1:8000 log-proto octet-count
server-template s 1-100000 127.0.0.1:8000
server-template s 100 127.0.0.1:8000
server-template s 5 evil.example:8000
default-server source 192.0.2.1
default-server ca-file /etc/passwd
balance hash env(HOME)
stick-table type ip size 1g
stick-table type ip size 100k write-to x
stick-table type ip size 100k peers x
stick on env(HOME)
stick on src,map(/etc/passwd)
use-server %[env(HOME)] if TRUE
http-check send hdr X %[env(HOME)]
http-check send body-lf %[env(HOME)]
http-check send uri-lf %[env(HOME)]
http-check connect addr 192.0.2.1 port 8000
http-check connect port 22
http-check connect via-socks4
http-check set-var(check.x) env(HOME)
http-check expect status 200 on-error %[env(HOME)]
tcp-check connect addr 192.0.2.1
tcp-check send-lf %[env(HOME)]
tcp-check expect string x on-success %[env(HOME)]
option mysql-check user root
option smtpchk
compression algo "$X"
cookie X attr "$HOME"
option forwardfor except evil.example
"""

HOSTILE_FILES = [
    "program x\n command /bin/sh\n",
    "ring x\n backing-file /tmp/x\n",
    "log-forward x\n bind 127.0.0.1:5140\n",
    "http-errors x\n errorfile 503 /etc/passwd\n",
    "fcgi-app x\n docroot /\n",
    "mailers x\n mailer m 192.0.2.1:25\n",
    "namespace_list\n namespace x\n",
    "traces\n trace h1\n",
    "resolvers lab\n parse-resolv-conf\n",
    "resolvers lab\n nameserver a 192.0.2.53:53\n",
    "resolvers lab\n nameserver a tcp@192.0.2.53:53\n",
    "peers p\n peer a 192.0.2.1:1024\n",
    "peers p\n peer a evil.example:1024\n",
    "peers p\n bind 0.0.0.0:1024\n",
    "peers p\n table t type ip size 1g\n",
    "cache c\n total-max-size 4095\n",
    'frontend "$NAME"\n mode http\n',
    ".notice hello\nglobal\n",
    "defaults\n bind 127.0.0.1:8000\n",
    "defaults\n server s 127.0.0.1:8000\n",
    "global\n maxconn 10 20\n",
    "userlist u\n user a password x y\n",
    "frontend f\n mode http # fine\n\n" + " option httplog\n" * 1001,
    "".join(f"backend b{number}\n" for number in range(65)),
    "frontend f\n http-response set-header X " + "x" * 3000 + "\n",
    "frontend f\n http-response set-header X a\\nb\n",
    "global\n description " + "\n description ".join(["x" * 1900] * 40) + "\n",
]


def rows(text: str) -> list[str]:
    return text.strip().split("\n")


HOSTILE = (
    [f"global\n {row}\n" for row in rows(HOSTILE_GLOBAL)]
    + [f"frontend f\n {row}\n" for row in rows(HOSTILE_FRONTEND)]
    + [f"backend b\n {row}\n" for row in rows(HOSTILE_BACKEND)]
    + HOSTILE_FILES
)


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
