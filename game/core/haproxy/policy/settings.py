"""The plain settings of each kind of section, and the form of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from game.core.haproxy.policy.grammar import Form
from game.core.haproxy.vocabulary import word_set

if TYPE_CHECKING:
    from collections.abc import Mapping


def _dotted(text: str) -> dict[str, Form]:
    """Read one setting a line: its name, then its form."""
    rows = (row.split(maxsplit=1) for row in text.strip().splitlines())
    return {row[0]: Form(sequence=row[1] if len(row) > 1 else "") for row in rows}


_LEVEL = "emerg|alert|crit|err|warning|notice|info|debug"
_FACILITY = "local0|local1|local2|local3|local4|local5|local6|local7|daemon|auth|user"
_LOG_OPTIONS = {"len": "<int:80:65535>", "format": "rfc3164|rfc5424|iso|raw|short|timed", "sample": "<list>"}
# HAProxy takes `len`, `format` and `sample` between the address and the facility.
LOG = Form(
    sequence="<endpoint>",
    options=_LOG_OPTIONS | dict.fromkeys(_FACILITY.split("|"), f"{_LEVEL}? {_LEVEL}?"),
)

GLOBAL: Mapping[str, Form] = _dotted("""
    busy-polling
    close-spread-time <time>
    description <text>*
    hard-stop-after <time>
    grace <time>
    harden.reject-privileged-ports.tcp on|off
    log-tag <name>
    log-send-hostname <host>?
    maxcompcpuusage <int:0:100>
    maxcomprate <int:0:1000000>
    maxconn <int:1:20000>
    maxconnrate <int:0:100000>
    maxpipes <int:0:10000>
    maxsessrate <int:0:100000>
    maxsslconn <int:1:20000>
    maxsslrate <int:0:100000>
    max-spread-checks <time>
    mworker-max-reloads <int:1:100>
    nbthread <int:1:4>
    noepoll
    nopoll
    noreuseport
    no-memory-trimming
    nosplice
    node <host>
    pp2-never-send-local
    quiet
    spread-checks <int:0:50>
    ssl-default-bind-ciphers <cipher>
    ssl-default-bind-ciphersuites <cipher>
    ssl-default-bind-curves <cipher>
    ssl-default-bind-sigalgs <cipher>
    ssl-default-server-ciphers <cipher>
    ssl-default-server-ciphersuites <cipher>
    ssl-default-server-sigalgs <cipher>
    ssl-server-verify none|required
    ssl-skip-self-issued-ca
    strict-limits
    tune.bufsize <int:1024:262144>
    tune.comp.maxlevel <int:1:9>
    tune.fd.edge-triggered on|off
    tune.h2.fe.initial-window-size <int:0:1048576>
    tune.h2.fe.max-concurrent-streams <int:1:1000>
    tune.h2.be.initial-window-size <int:0:1048576>
    tune.h2.be.max-concurrent-streams <int:1:1000>
    tune.h2.header-table-size <int:0:65535>
    tune.h2.initial-window-size <int:0:1048576>
    tune.h2.max-concurrent-streams <int:1:1000>
    tune.h2.max-frame-size <int:16384:65536>
    tune.http.cookielen <int:16:4096>
    tune.http.logurilen <int:16:8192>
    tune.http.maxhdr <int:1:1000>
    tune.idle-pool.shared on|off
    tune.idletimer <int:0:65535>
    tune.listener.multi-queue on|off
    tune.maxaccept <int:1:10000>
    tune.maxpollevents <int:1:10000>
    tune.maxrewrite <int:0:65536>
    tune.pattern.cache-size <int:0:100000>
    tune.pool-high-fd-ratio <int:1:100>
    tune.pool-low-fd-ratio <int:1:100>
    tune.rcvbuf.client <int:0:1048576>
    tune.rcvbuf.server <int:0:1048576>
    tune.sndbuf.client <int:0:1048576>
    tune.sndbuf.server <int:0:1048576>
    tune.ssl.cachesize <int:0:100000>
    tune.ssl.default-dh-param <int:1024:4096>
    tune.ssl.force-private-cache
    tune.ssl.lifetime <time>
    tune.ssl.maxrecord <int:0:65536>
    tune.stick-counters <int:3:12>
    zero-warning
""") | {
    "ssl-default-bind-options": Form(
        options=dict.fromkeys(
            word_set(
                "no-tls-tickets prefer-client-ciphers force-sslv3 force-tlsv10 force-tlsv11 force-tlsv12 force-tlsv13 "
                "no-sslv3 no-tlsv10 no-tlsv11 no-tlsv12 no-tlsv13"
            ),
            "",
        )
        | dict.fromkeys(("ssl-min-ver", "ssl-max-ver"), "TLSv1.0|TLSv1.1|TLSv1.2|TLSv1.3")
    ),
}
GLOBAL = {**GLOBAL, "ssl-default-server-options": GLOBAL["ssl-default-bind-options"]}

TIMEOUTS = word_set(
    "check client client-fin client-hs connect http-keep-alive http-request queue server server-fin tarpit tunnel"
)
OPTIONS = word_set(
    "abortonclose accept-invalid-http-request accept-invalid-http-response allbackups checkcache clitcpka contstats "
    "disable-h2-upgrade dontlog-normal dontlognull forceclose h1-case-adjust-bogus-client h1-case-adjust-bogus-server "
    "http-buffer-request http-ignore-probes http-keep-alive http-no-delay http-pretend-keepalive http-server-close "
    "http-use-proxy-header httpclose httpslog idle-close-on-response independent-streams log-health-checks "
    "log-separate-errors logasap nolinger persist prefer-last-server redispatch socket-stats splice-auto "
    "splice-request splice-response srvtcpka ssl-hello-chk tcp-check tcp-smart-accept tcp-smart-connect tcplog"
)
_CONDITION = Form(condition=True)

PROXY: Mapping[str, Form] = _dotted("""
    backlog <int:1:65536>
    clitcpka-cnt <int:1:100>
    clitcpka-idle <time>
    clitcpka-intvl <time>
    compression algo|type|offload|direction <list>*
    default_backend <name>
    description <text>*
    disabled
    enabled
    errorfile <int:200:599> <file:error-page>
    error-log-format <format>
    fullconn <int:1:100000>
    hash-balance-factor <int:0:65535>
    hash-type consistent|map-based sdbm|djb2|wt6|crc32|none? avalanche?
    http-reuse never|safe|aggressive|always
    id <int:1:100000>
    log-format <format>
    log-tag <name>
    max-keep-alive-queue <int:-1:100000>
    max-session-srv-conns <int:0:100000>
    maxconn <int:0:20000>
    mode http|tcp
    monitor-uri <uri>
    rate-limit sessions <int:0:1000000>
    retries <int:0:100>
    retry-on <name>*
    srvtcpka-cnt <int:1:100>
    srvtcpka-idle <time>
    srvtcpka-intvl <time>
    unique-id-format <format>
    unique-id-header <header>
""") | {
    "use_backend": Form(sequence="<format>", condition=True),
    "use-server": Form(sequence="<format>", condition=True),
    "redirect": Form(
        sequence="location|prefix|scheme <format>",
        options={"code": "<int:301:308>", "drop-query": "", "append-slash": "", "ignore-empty": ""},
        condition=True,
    ),
    "force-persist": _CONDITION,
    "ignore-persist": _CONDITION,
    "monitor": Form(sequence="fail", condition=True),
    "option forwardfor": Form(options={"except": "<network>", "header": "<header>", "if-none": ""}),
    "option originalto": Form(options={"except": "<network>", "header": "<header>"}),
    "option httplog": Form(sequence="clf?"),
    "option httpchk": Form(sequence="<text>? <text>? <text>?"),
    "option redispatch": Form(sequence="<int:-1000:1000>?"),
    **{f"option {name}": Form() for name in OPTIONS - {"redispatch"}},
    **{f"timeout {name}": Form(sequence="<time>") for name in TIMEOUTS},
    "stick on": Form(sequence="<expression>", options={"table": "<name>"}, condition=True),
    "stick match": Form(sequence="<expression>", options={"table": "<name>"}, condition=True),
    "stick store-request": Form(sequence="<expression>", options={"table": "<name>"}, condition=True),
    "stick store-response": Form(sequence="<expression>", options={"table": "<name>"}, condition=True),
    "capture request": Form(sequence="header <header> len <int:1:4096>"),
    "capture response": Form(sequence="header <header> len <int:1:4096>"),
    "capture cookie": Form(sequence="<header> len <int:1:4096>"),
    "declare capture": Form(sequence="request|response len <int:1:4096>"),
    "filter compression": Form(),
    "stats enable": Form(),
    "stats uri": Form(sequence="<uri>"),
    "stats refresh": Form(sequence="<time>"),
    "stats realm": Form(sequence="<text>"),
    "stats hide-version": Form(),
    "stats show-legends": Form(),
    "stats show-modules": Form(),
    "stats show-node": Form(sequence="<name>?"),
    "stats show-desc": Form(sequence="<text>*"),
    "stats scope": Form(sequence="<name>"),
    "stats maxconn": Form(sequence="<int:1:100>"),
    "balance roundrobin": Form(),
    "balance static-rr": Form(),
    "balance leastconn": Form(),
    "balance first": Form(),
    "balance source": Form(),
    "balance random": Form(),
    "balance uri": Form(options={"len": "<int:1:4096>", "depth": "<int:1:100>", "whole": "", "path-only": ""}),
    "balance url_param": Form(sequence="<name>", options={"check_post": "<int:0:65536>?"}),
    "balance hash": Form(sequence="<expression>"),
    "http-check disable-on-404": Form(),
    "http-check send-state": Form(),
    "http-check comment": Form(sequence="<text>"),
    "http-check connect": Form(
        options={
            "default": "", "port": "<port>", "send-proxy": "", "ssl": "", "sni": "<host>", "alpn": "<list>",
            "proto": "h1|h2", "linger": "", "comment": "<text>",
        }
    ),
    "http-check send": Form(
        options={
            "meth": "<name>", "uri": "<uri>", "uri-lf": "<format>", "ver": "HTTP/1.0|HTTP/1.1|HTTP/2|HTTP/2.0",
            "hdr": "<header> <format>", "body": "<text>", "body-lf": "<format>", "comment": "<text>",
        }
    ),
    "http-check expect": Form(
        sequence="!?",
        options={
            "min-recv": "<int:-1:65536>", "comment": "<text>", "status": "<codes>", "rstatus": "<text>",
            "string": "<text>", "rstring": "<text>", "ok-status": "<name>", "error-status": "<name>",
            "tout-status": "<name>", "on-success": "<format>", "on-error": "<format>", "hdr": "name <header> value? <text>?",
        },
    ),
    "tcp-check comment": Form(sequence="<text>"),
    "tcp-check connect": Form(
        options={
            "default": "", "port": "<port>", "send-proxy": "", "ssl": "", "sni": "<host>", "alpn": "<list>",
            "proto": "h1|h2", "linger": "", "comment": "<text>",
        }
    ),
    "tcp-check send": Form(sequence="<text>", options={"comment": "<text>"}),
    "tcp-check expect": Form(
        sequence="!?",
        options={
            "min-recv": "<int:-1:65536>", "comment": "<text>", "string": "<text>", "rstring": "<text>",
            "binary": "<name>", "rbinary": "<text>", "on-success": "<format>", "on-error": "<format>",
        },
    ),
}  # fmt: skip

RESOLVERS: Mapping[str, Form] = _dotted("""
    nameserver <name> <endpoint>
    accepted_payload_size <int:512:8192>
    resolve_retries <int:1:100>
    hold nx|obsolete|other|refused|timeout|valid <time>
    timeout resolve|retry <time>
""")
CACHE: Mapping[str, Form] = _dotted("""
    total-max-size <int:1:64>
    max-object-size <int:1:1048576>
    max-age <int:0:86400>
    max-secondary-entries <int:0:1000>
    process-vary on|off
""")
PEERS: Mapping[str, Form] = _dotted("""
    peer <name> <endpoint>
    disabled
    enabled
""")
USERLIST: Mapping[str, Form] = {
    "group": Form(sequence="<name>", options={"users": "<list>"}),
    "user": Form(
        sequence="<name>", options={"password": "<text>", "insecure-password": "<text>", "groups": "<list>"}
    ),
}
