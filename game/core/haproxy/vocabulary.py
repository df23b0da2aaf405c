"""HAProxy's words, by what they are: sections, rules, options without and with a value."""

from __future__ import annotations


def word_set(text: str) -> frozenset[str]:
    """Make a set of the words of a text."""
    return frozenset(text.split())


RULES = word_set(
    "http-request http-response http-after-response tcp-request tcp-response use_backend use-server redirect stick "
    "monitor force-persist ignore-persist"
)
_TLS_BOTH = "force-sslv3 force-tlsv10 force-tlsv11 force-tlsv12 force-tlsv13 no-sslv3 no-tlsv10 no-tlsv11 no-tlsv12 no-tlsv13"
SERVER_FLAGS = word_set(
    "agent-check allow-0rtt backup check check-send-proxy check-ssl check-via-socks4 disabled enabled no-agent-check "
    "no-backup no-check no-check-send-proxy no-check-ssl no-send-proxy no-send-proxy-v2 no-send-proxy-v2-ssl "
    "no-send-proxy-v2-ssl-cn no-ssl no-ssl-reuse no-tfo no-tls-tickets non-stick send-proxy send-proxy-v2 "
    f"send-proxy-v2-ssl send-proxy-v2-ssl-cn ssl ssl-reuse stick tfo tls-tickets {_TLS_BOTH}"
)
SERVER_VALUES = word_set(
    "addr agent-addr agent-inter agent-port agent-send alpn ca-file check-alpn check-proto check-sni ciphers ciphersuites "
    "cookie crl-file crt downinter error-limit fall fastinter id init-addr inter log-proto max-reuse maxconn maxqueue "
    "minconn namespace npn observe on-error on-marked-down on-marked-up pool-low-conn pool-max-conn pool-purge-delay "
    "port proto proxy-v2-options redir resolve-net resolve-opts resolve-prefer resolvers rise shard slowstart sni socks4 "
    "ssl-max-ver ssl-min-ver tcp-ut track verify verifyhost weight ws"
)
BIND_FLAGS = word_set(
    "accept-proxy allow-0rtt defer-accept generate-certificates no-alpn no-ca-names no-tls-tickets prefer-client-ciphers "
    f"ssl strict-sni tfo transparent v4v6 v6only {_TLS_BOTH}"
)
BIND_VALUES = word_set(
    "accept-netscaler-cip alpn backlog ca-file ca-ignore-err ca-sign-file ca-sign-pass ca-verify-file ciphers ciphersuites "
    "client-sigalgs crl-file crt crt-ignore-err crt-list curves ecdhe expose-fd gid group id interface level maxconn mode "
    "mss name namespace nice npn process proto severity-output shards sigalgs ssl-max-ver ssl-min-ver tcp-ut thread "
    "tls-ticket-keys uid user verify"
)
COOKIE_FLAGS = word_set("rewrite insert prefix indirect nocache postonly preserve httponly secure dynamic")
COOKIE_VALUES = word_set("domain maxidle maxlife attr")
TABLE_FLAGS = word_set("nopurge recv-only")
TABLE_VALUES = word_set("type size expire peers store srvkey write-to brates-factor")
