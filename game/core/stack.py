"""What is operated: services, cohorts of users, objectives. Parsed from `stacks/<name>/stack.yaml`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ServiceKind(StrEnum):
    LOAD_BALANCER = "load-balancer"
    REPLICA = "replica"
    DATABASE = "database"
    CACHE = "cache"
    PROXY = "proxy"
    MONITORING = "monitoring"
    RESOLVER = "resolver"


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One server process of the stack. `ports` are names; the runtime allocates the numbers.

    `layer` is the word of the published taxonomy (haproxy, auth-service, postgres, redis, network, dns) under which
    time spent looking at this service is counted. `role` of a replica: auth, staging, legacy, resolver. `optional` services may be
    missing (Prometheus).
    """

    name: str
    kind: ServiceKind
    layer: str
    ports: tuple[str, ...]
    role: str = ""
    restartable: bool = True
    optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """One kind of user. `users` is how many of them; everything else is what makes their requests special.

    `address`: own (an IPv4 address each), shared (all behind one), ipv6 (an IPv6 address each).
    `client`: browser (cookies, web session) or app (bearer token, no cookies).
    """

    name: str
    users: int
    client: str = "browser"
    address: str = "own"
    user_agent: str = "Mozilla/5.0"
    tenant: str = ""
    cookie_bytes: int = 0
    body_bytes: int = 0
    password_chars: int = 16
    upload_pause_ms: int = 0
    tls: str = "1.3"
    what: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Objective:
    """The stack's SLO: `success` is a share 0-1 of offered requests, `p95_ms` the 95th percentile of latency.

    `slow_ms`: an answer that takes longer is a bad one, however right it is; 0 if there is no such limit.
    """

    success: float
    p95_ms: int
    slow_ms: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """`load_workers`: how many processes offer the load."""

    name: str
    services: tuple[Service, ...]
    cohorts: tuple[Cohort, ...]
    objective: Objective
    requests_per_second: int
    load_workers: int = 1

    @property
    def users(self) -> int:
        return sum(cohort.users for cohort in self.cohorts)

    def service(self, name: str) -> Service | None:
        return next((service for service in self.services if service.name == name), None)
