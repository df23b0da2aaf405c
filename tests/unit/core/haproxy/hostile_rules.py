"""Lines of a frontend or listener that nobody may apply."""

from __future__ import annotations

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
