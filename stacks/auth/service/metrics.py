"""What a replica counts, for Prometheus. A registry of its own per process, so that forking shares nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

if TYPE_CHECKING:
    from collections.abc import Callable

LoginResult = Literal["ok", "refused", "limited", "failed"]
LOGIN_RESULTS: tuple[LoginResult, ...] = ("ok", "refused", "limited", "failed")
STORES = ("users", "tokens")
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0)


class Metrics:
    """`auth_logins_total` by result: refused is the client's doing (4xx), limited is 429, failed is ours (5xx)."""

    def __init__(self, sessions_held: Callable[[], int]) -> None:
        self._registry = CollectorRegistry()
        self._logins = Counter("auth_logins", "Logins by result.", ["result"], registry=self._registry)
        self._requests = Counter(
            "auth_requests", "Requests by route and status code.", ["route", "code"], registry=self._registry
        )
        self._seconds = Histogram(
            "auth_request_seconds",
            "Time to answer, by route.",
            ["route"],
            buckets=SECONDS,
            registry=self._registry,
        )
        self._store_errors = Counter(
            "auth_store_errors", "Calls to a store that failed.", ["store"], registry=self._registry
        )
        held = Gauge("auth_sessions", "Web sessions held in this replica.", registry=self._registry)
        held.set_function(lambda: float(sessions_held()))
        for result in LOGIN_RESULTS:  # a rate needs the series to exist before the first event
            self._logins.labels(result)
        for store in STORES:
            self._store_errors.labels(store)

    def login(self, result: LoginResult) -> None:
        self._logins.labels(result).inc()

    def answered(self, route: str, code: int, seconds: float) -> None:
        self._requests.labels(route, str(code)).inc()
        self._seconds.labels(route).observe(seconds)

    def store_failed(self, store: str) -> None:
        self._store_errors.labels(store).inc()

    def exposition(self) -> bytes:
        """Render the text format of Prometheus."""
        return generate_latest(self._registry)
