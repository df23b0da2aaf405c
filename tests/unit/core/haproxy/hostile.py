"""Configurations that must never reach HAProxy, by the section they stand in."""

from __future__ import annotations

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
