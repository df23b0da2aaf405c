"""Configurations that must never reach HAProxy, by the section they stand in."""

from __future__ import annotations

from tests.unit.core.haproxy.hostile_rules import HOSTILE_FRONTEND

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
