"""The words of a diagnosis: one closed list, published, the same for every exercise.

Trainees choose from it, exercises answer in it, and nobody has to guess how something is called: aliases lead to the word.
It is deliberately wider than any set of exercises, so that it tells nothing about the one at hand.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """`id` is what journals and exercises hold, `words` what people read, `aliases` what they may type instead."""

    id: str
    words: str
    aliases: tuple[str, ...] = ()


def _term(name: str, words: str, *aliases: str) -> Term:
    return Term(id=name, words=words, aliases=aliases)


LAYERS = (
    _term("haproxy", "load balancer", "lb", "load-balancer", "loadbalancer", "edge"),
    _term(
        "auth-service",
        "authentication service",
        "auth",
        "app",
        "application",
        "service",
        "replica",
        "replicas",
    ),
    _term("postgres", "database", "db", "postgresql", "sql"),
    _term("redis", "session and token cache", "token-store"),
    _term("network", "network between services", "net", "toxiproxy"),
    _term("dns", "name resolution", "resolver", "resolvers"),
    _term("monitoring", "monitoring and alerting", "prometheus", "alerting", "metrics"),
)

COMPONENTS = (*LAYERS, _term("none", "nothing is broken", "nothing", "no-component", "healthy"))

MECHANISMS = (
    # Persistence and balancing
    _term(
        "affinity-lost",
        "clients are no longer kept on one server",
        "stickiness-lost",
        "no-persistence",
        "sticky-lost",
    ),
    _term(
        "affinity-ambiguous",
        "clients are kept on the wrong server",
        "duplicate-cookie-value",
        "stickiness-ambiguous",
    ),
    _term(
        "stick-table-lost", "what a stick table knew is gone or not stored", "stick-table-empty", "no-peers"
    ),
    _term("weight-skew", "traffic is shared out unevenly", "uneven-balance", "weights", "imbalance"),
    _term(
        "capacity-removed",
        "servers are out of rotation",
        "server-drained",
        "server-in-maintenance",
        "fewer-servers",
    ),
    # Routing
    _term(
        "canary-misrouted",
        "live traffic goes to a canary or legacy pool",
        "canary",
        "wrong-backend",
        "misrouted",
    ),
    _term("server-wrong-pool", "a server of the pool is not one of it", "staging-in-pool", "wrong-server"),
    _term("acl-too-broad", "a rule matches more than it should", "deny-too-broad", "acl", "blocked-by-rule"),
    _term("map-entry", "an entry of a map is wrong or missing", "map", "wrong-map-entry"),
    _term("path-rewritten", "the path is changed on the way", "path-rewrite", "rewrite"),
    # Health checks
    _term("health-check-wrong", "the check fails servers that are well", "check-too-strict", "false-down"),
    _term(
        "health-check-blind",
        "the check passes servers that are not well",
        "check-too-weak",
        "check-missing",
        "no-check",
    ),
    # Timeouts and retries
    _term("timeout-too-short", "a timeout ends work that would have succeeded", "timeout", "short-timeout"),
    _term("timeout-too-long", "a timeout lets what hangs hang on", "long-timeout", "no-timeout"),
    _term(
        "retry-masks",
        "retries or redispatches hide or multiply failures",
        "retries",
        "retry-storm",
        "redispatch",
    ),
    # Limits
    _term(
        "connection-limit", "a limit on connections makes clients wait or fail", "maxconn", "frontend-maxconn"
    ),
    _term("server-queue", "requests queue for a server's slots", "queue", "server-maxconn"),
    _term(
        "rate-limit-key",
        "a rate limit counts the wrong thing as one client",
        "rate-limit-by-wrong-key",
        "wrong-key",
    ),
    _term("rate-limit-threshold", "a rate limit is too low", "rate-limit", "rate-limit-too-low"),
    _term(
        "buffer-too-small",
        "requests do not fit a buffer or header limit",
        "buffer",
        "bufsize",
        "header-limit",
    ),
    # Headers and cookies
    _term("header-dropped", "a header is removed on the way", "header-deleted", "header-missing"),
    _term("header-rewritten", "a header has the wrong value", "header-changed", "wrong-header"),
    _term(
        "client-address-lost",
        "the client's address is not passed on",
        "forwardfor-lost",
        "source-address-lost",
    ),
    _term(
        "cookie-attribute", "a cookie's attributes keep it from coming back", "cookie-domain", "cookie-path"
    ),
    # TLS and protocols
    _term(
        "tls-certificate",
        "the certificate shown is expired, wrong or untrusted",
        "certificate",
        "expired-certificate",
    ),
    _term("tls-version", "TLS versions or ciphers shut clients out", "ciphers", "tls-cipher"),
    _term(
        "tls-server-verification",
        "servers' certificates are not verified as they should be",
        "backend-tls",
        "backend-ca",
    ),
    _term("protocol-mismatch", "two sides speak different protocols", "wrong-protocol", "proxy-protocol"),
    # Files, names, running state
    _term("dns-address", "a name leads to the wrong or an old address", "dns-stale", "wrong-address"),
    _term("runtime-drift", "the running state differs from the file", "drift", "runtime-change"),
    _term(
        "reload-rejected",
        "what is on disk was never loaded",
        "reload-failed",
        "config-rejected",
        "not-loaded",
    ),
    _term("stale-file", "an old file is in use", "stale-map", "old-file"),
    _term(
        "stale-state",
        "what the running process remembers has outlived its cause",
        "stale-table",
        "stale-entry",
        "old-state",
    ),
    _term(
        "error-page-disguise", "errors are dressed up as success", "error-as-success", "errorfile", "fake-200"
    ),
    _term(
        "cache-wrong",
        "an answer is cached for the wrong people or too long",
        "cached-answer",
        "cache-poisoned",
    ),
    # Neighbours
    _term(
        "latency-dependency",
        "something the service depends on answers late",
        "slow-dependency",
        "network-latency",
    ),
    _term(
        "connection-lost", "connections to a dependency break", "packet-loss", "connection-reset", "partition"
    ),
    _term("slow-query", "the database works on slow queries", "slow-database", "missing-index"),
    _term(
        "database-exhausted",
        "the database has no connections, locks or space left",
        "connection-pool",
        "locks",
    ),
    _term(
        "cache-lost", "tokens or sessions in the cache are gone", "tokens-lost", "cache-flushed", "evicted"
    ),
    _term(
        "replica-faulty",
        "a replica of the service itself misbehaves",
        "faulty-replica",
        "bad-deploy",
        "app-bug",
    ),
    _term("replica-down", "a replica of the service is gone or hangs", "replica-hung", "server-down"),
    _term("overload", "there is more work than capacity", "traffic-surge", "saturation"),
    _term("false-alarm", "nothing is wrong; the alarm is", "nothing-wrong", "alert-wrong", "noise"),
)

GUARDS = (
    _term("peer-review", "a second pair of eyes on every change", "review", "four-eyes"),
    _term("canary-step", "a change reaches few users first", "staged-rollout", "gradual-rollout"),
    _term("config-lint", "a check in CI for this kind of mistake", "lint", "ci-check", "config-test"),
    _term("change-window", "risky changes only when people watch", "change-freeze"),
    _term(
        "change-announcement", "changes are announced where on-call sees them", "change-log", "change-feed"
    ),
    _term("automatic-rollback", "a change that hurts is taken back by itself", "auto-rollback"),
    _term(
        "alert-on-backend-errors", "an alert on errors by backend and server", "error-alert", "backend-alert"
    ),
    _term("alert-by-cohort", "success measured and alerted by kind of user", "cohort-slo", "slo-by-cohort"),
    _term("alert-on-latency", "an alert on latency and queues", "latency-alert", "queue-alert"),
    _term("alert-on-affinity", "an alert on lost persistence", "persistence-alert", "session-alert"),
    _term("alert-on-denials", "an alert on denied and limited requests", "denial-alert", "rate-limit-alert"),
    _term("drift-alarm", "an alarm when running state, file and approved state differ", "drift-detection"),
    _term("reload-alarm", "an alarm when a reload is refused", "reload-check"),
    _term(
        "synthetic-login", "a machine logs in all the time, as every kind of user", "synthetic-check", "probe"
    ),
    _term("deep-health-check", "health checks that try what users do", "better-health-check"),
    _term("certificate-expiry-alert", "an alert long before a certificate ends", "expiry-alert"),
    _term("load-test", "a change is tried under real load first", "stress-test", "staging-test"),
    _term("access-control", "only the approved path can change production", "least-privilege"),
    _term("capacity-review", "limits are reviewed against measured need", "capacity-planning"),
    _term("alert-tuning", "alarms that say nothing are mended or removed", "alert-review"),
)


def normalise(word: str, terms: tuple[Term, ...]) -> str | None:
    """Give the id that a word or alias stands for in one of the lists above; None when it is not in it."""
    typed = "-".join(word.casefold().replace("_", " ").replace("-", " ").split())
    return next((term.id for term in terms if typed == term.id or typed in term.aliases), None)
